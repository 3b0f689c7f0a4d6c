"""The names that AWS will see, computed from a spec in this one place.

Names carry the stack and the environment, and where they must be unique in the world the account: no random suffix, so
that the same spec gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.regions import partition_of
from generator.model.name_patterns import BUILD, NamePatterns

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.builds.section.build import Build

# Kinds of alarms of one build, with the end of their names.
ALARMS: Final = {
    "failed_builds": "failed-builds",
    "failure_rate": "failure-rate",
    "duration": "duration",
    "queued_duration": "queued-duration",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names and ARNs of one environment's resources.

    Attributes:
        environment: name of the environment.
        partition: `aws`, `aws-cn` or `aws-us-gov`, from the region.
        prefix: beginning of most names: `<stack>-<environment>`, unless the spec says otherwise.
        labels: of each build: what stands for it in names, in folders of the bucket, and in log streams.
        log_groups: names of the log groups that builds write to, by build; one name, where they share it.
        existing_roles: ARNs of the roles that builds run as and the stack does not make, by build.
        existing_batch_roles: the same of the roles that start the builds of batches.
        existing_repositories: ARNs of the repositories that the stack does not make, by their names in the spec.
        existing_topic: ARN of the topic, where the stack does not make it.
        prefix_in_bucket: what the keys of the builds' objects begin with, with its slash; "" in a bucket of our own.
    """

    environment: str
    stack: str
    region: str
    account: str
    partition: str
    prefix: str
    bucket: str
    prefix_in_bucket: str
    access_log_bucket: str
    state_bucket: str
    projects: dict[str, str]
    log_groups: dict[str, str]
    roles: dict[str, str]
    batch_roles: dict[str, str]
    existing_roles: dict[str, str]
    existing_batch_roles: dict[str, str]
    existing_pipeline_role: str | None
    existing_repositories: dict[str, str]
    existing_topic: str | None
    labels: dict[str, str]
    report_groups: dict[tuple[str, str], str]
    repositories: dict[str, str]
    given: NamePatterns

    @classmethod
    def of(cls, environment: str, spec: EnvironmentSpec) -> Names:
        """Compute the names of `environment`."""
        prefix = (spec.names and spec.names.prefix) or f"{spec.stack}-{environment}"
        logs, existing = spec.artifacts.access_logs, spec.artifacts.existing
        partition = partition_of(spec.region)
        projects = _of_builds(spec, "project", f"{prefix}-{BUILD}")
        return cls(
            environment=environment,
            stack=spec.stack,
            region=spec.region,
            account=spec.account,
            partition=partition,
            bucket=(existing and existing.bucket) or spec.artifacts.bucket or f"{prefix}-artifacts-{spec.account}",
            prefix_in_bucket=spec.artifacts.prefix,
            access_log_bucket=(logs and logs.bucket) or f"{prefix}-access-logs-{spec.account}",
            state_bucket=(spec.backend and spec.backend.bucket) or f"{spec.stack}-tfstate-{spec.account}",
            prefix=prefix,
            projects=projects,
            log_groups=_log_groups(spec, prefix, projects),
            roles=_of_builds(spec, "role", f"{prefix}-{BUILD}-build"),
            batch_roles=_of_builds(spec, "batch_role", f"{prefix}-{BUILD}-batch"),
            existing_roles={name: build.role_arn for name, build in spec.builds.items() if build.role_arn},
            existing_batch_roles={
                name: build.batch.role_arn
                for name, build in spec.builds.items()
                if build.batch and build.batch.role_arn
            },
            existing_pipeline_role=spec.pipeline.role_arn if spec.pipeline else None,
            existing_repositories=spec.registry.existing if spec.registry else {},
            existing_topic=spec.notifications.topic_arn if spec.notifications else None,
            labels=_of_builds(spec, "label", BUILD),
            report_groups=_report_groups(spec, projects),
            repositories=dict(spec.registry.names) if spec.registry else {},
            given=spec.names or NamePatterns(),
        )

    def log_group_arn(self, build: str) -> str:
        """Return the ARN of the log group that a build writes to, without the trailing `:*`."""
        return self.arn("logs", f"log-group:{self.log_groups[build]}")

    @property
    def security_group(self) -> str:
        """Name of the builds' security group."""
        return f"{self.prefix}-builds"

    @property
    def flow_log_group(self) -> str:
        """Name of the log group that holds the VPC's flow logs."""
        return f"/aws/vpc/{self.prefix}"

    @property
    def flow_log_role(self) -> str:
        """Name of the IAM role that writes the flow logs."""
        return f"{self.prefix}-flow-logs"

    @property
    def registry(self) -> str:
        """Host name of the account's container registry."""
        return self._registry(self.account, self.region)

    def _registry(self, account: str, region: str) -> str:
        # https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
        return f"{account}.dkr.ecr.{region}.{self.dns_suffix}"

    def repository(self, name: str) -> str:
        """Return the name that ECR knows a repository by which the stack makes."""
        return self.repositories.get(name) or f"{self.prefix}/{name}"

    def repository_arn(self, name: str) -> str:
        """Return the ARN of a repository of the spec."""
        return self.existing_repositories.get(name) or self.arn("ecr", f"repository/{self.repository(name)}")

    def registry_of(self, name: str) -> str:
        """Return the host name of the registry that holds a repository of the spec."""
        _, _, _, region, account, _ = self.repository_arn(name).split(":")
        return self._registry(account, region)

    def repository_url(self, name: str) -> str:
        """Return the address that images of a repository of the spec are pushed to."""
        return f"{self.registry_of(name)}/{self.repository_arn(name).partition(':repository/')[2]}"

    @property
    def key_alias(self) -> str:
        """Alias of the stack's KMS key."""
        return self.given.key_alias or f"alias/{self.prefix}"

    @property
    def topic(self) -> str:
        """Name of the SNS topic that the stack makes, and of the EventBridge rule that feeds it."""
        return self.given.topic or f"{self.prefix}-builds"

    @property
    def topic_arn(self) -> str:
        """ARN of the SNS topic."""
        return self.existing_topic or self.arn("sns", self.topic)

    @property
    def phase_rule(self) -> str:
        """Name of the EventBridge rule on the phases of builds."""
        return f"{self.prefix}-phases"

    @property
    def pipeline_rule(self) -> str:
        """Name of the EventBridge rule on executions of the pipeline."""
        return f"{self.prefix}-pipeline"

    @property
    def action_rule(self) -> str:
        """Name of the EventBridge rule on failed actions of the pipeline."""
        return f"{self.prefix}-actions"

    @property
    def missed_schedules(self) -> str:
        """Name of the alarm on schedules that could not start their build."""
        return f"{self.prefix}-missed-schedules"

    @property
    def undelivered(self) -> str:
        """Name of the queue of messages that could not be delivered, and of the alarm on it."""
        return f"{self.prefix}-undelivered"

    def alarm(self, build: str, kind: str) -> str:
        """Return the name of a build's alarm; `kind` is one of `ALARMS`."""
        return f"{self.projects[build]}-{ALARMS[kind]}"

    @property
    def any_alarm(self) -> str:
        """Name of the alarm that speaks for all alarms on the builds."""
        return f"{self.prefix}-any"

    @property
    def dashboard(self) -> str:
        """Name of the dashboard of the builds."""
        return f"{self.prefix}-builds"

    @property
    def schedule_group(self) -> str:
        """Name of the group of all schedules."""
        return self.prefix

    @property
    def schedule_role(self) -> str:
        """Name of the role that starts builds by the clock."""
        return f"{self.prefix}-schedule"

    @property
    def pipeline(self) -> str:
        """Name of the pipeline."""
        return self.given.pipeline or self.prefix

    @property
    def pipeline_prefix(self) -> str:
        """Where the pipeline keeps its artifacts in the bucket: CodePipeline shortens its name."""
        return self.pipeline[:20]

    @property
    def pipeline_role(self) -> str:
        """Name of the pipeline's IAM role."""
        existing = self.existing_pipeline_role
        return _last(existing) if existing else self.own_pipeline_role

    @property
    def own_pipeline_role(self) -> str:
        """Name of the role that the stack makes for its pipeline, where none is given that exists."""
        return self.given.pipeline_role or f"{self.prefix}-pipeline"

    @property
    def pipeline_start_role(self) -> str:
        """Name of the role by which EventBridge starts the pipeline."""
        return f"{self.prefix}-start"

    @property
    def source_rule(self) -> str:
        """Name of the EventBridge rule that starts the pipeline when its source changes."""
        return f"{self.pipeline}-source"

    @property
    def state_key(self) -> str:
        """Object key of the Terraform state."""
        return f"{self.stack}/{self.environment}/terraform.tfstate"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource, such as `arn("logs", "log-group:/aws/…")`."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def dns_suffix(self) -> str:
        """End of AWS's host names in the partition."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def global_arn(self, service: str, resource: str) -> str:
        """Return the ARN of an account-wide resource, such as `global_arn("iam", "root")`."""
        return f"arn:{self.partition}:{service}::{self.account}:{resource}"

    def role(self, build: str) -> str:
        """Return the name of a build's IAM role."""
        return _last(self.existing_roles[build]) if build in self.existing_roles else self.roles[build]

    @property
    def pipeline_role_arn(self) -> str:
        """ARN of the pipeline's IAM role."""
        return self.existing_pipeline_role or self.global_arn("iam", f"role/{self.pipeline_role}")

    def role_arn(self, build: str) -> str:
        """Return the ARN of a build's IAM role."""
        return self.existing_roles.get(build) or self.global_arn("iam", f"role/{self.roles[build]}")

    def label(self, build: str) -> str:
        """Return what stands for a build in names, in folders of the bucket, and in log streams."""
        return self.labels[build]

    def batch_role(self, build: str) -> str:
        """Return the name of the IAM role that starts the builds of a build's batches."""
        found = self.existing_batch_roles.get(build)
        return _last(found) if found else self.batch_roles[build]

    def report_group(self, build: str, report: str) -> str:
        """Return the name of a report group, as CodeBuild itself would make it."""
        return self.report_groups[build, report]

    def report_group_arn(self, build: str, report: str) -> str:
        """Return the ARN of a report group."""
        return self.arn("codebuild", f"report-group/{self.report_group(build, report)}")

    def folder(self, build: str) -> str:
        """Return where in the artifact bucket a build keeps what it makes."""
        return f"{self.prefix_in_bucket}{self.label(build)}"

    def object_arn(self, path: str) -> str:
        """Return the ARN of an object in S3, from its bucket and key (`bucket/folder/file`)."""
        return f"arn:{self.partition}:s3:::{path}"

    def project_arn(self, build: str) -> str:
        """Return the ARN of a build's CodeBuild project."""
        return self.arn("codebuild", f"project/{self.projects[build]}")


def _log_groups(spec: EnvironmentSpec, prefix: str, projects: dict[str, str]) -> dict[str, str]:
    """Return the log group of each build: its own name, that of the group that exists, or of the one that is made."""
    logs, given = spec.logs, spec.names.log_group if spec.names else None
    named = (logs.existing and logs.existing.group) or given
    if named is None and logs.group == "project":
        usual = {name: f"/aws/codebuild/{project}" for name, project in projects.items()}
    else:
        shared = named or f"/aws/codebuild/{prefix}"
        usual = {name: shared.replace(BUILD, _label(build) or name) for name, build in spec.builds.items()}
    own = {name: build.names.log_group for name, build in spec.builds.items() if build.names and build.names.log_group}
    return {**usual, **own}


def _last(arn: str) -> str:
    """Return the name of a role, which stands in its ARN behind its path."""
    return arn.rpartition("/")[2]


def _of_builds(spec: EnvironmentSpec, kind: str, usual: str) -> dict[str, str]:
    """Return a name for each build: its own, or what the pattern makes, or the usual one."""
    pattern = getattr(spec.names, kind, None) or usual
    return {
        name: getattr(build.names, kind, None) or pattern.replace(BUILD, _label(build) or name)
        for name, build in spec.builds.items()
    }


def _label(build: Build) -> str | None:
    return build.names.label if build.names else None


def _report_groups(spec: EnvironmentSpec, projects: dict[str, str]) -> dict[tuple[str, str], str]:
    return {
        (key, name): report.name or f"{projects[key]}-{name}"
        for key, build in spec.builds.items()
        for name, report in build.reports.items()
    }
