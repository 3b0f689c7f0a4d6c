"""What the inline policies of the roles say, as the templates write them: to be measured before anything exists.

The templates of modules `access`, `pipeline` and `schedule` are the source; a test compares what stands here with what
the provider plans from them, over every feature.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from generator.parts.access.roles import roles
from generator.parts.access.statements import ARTIFACTS, USE_KEY, Policy, RolePolicies
from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions
from generator.parts.network.placement import network
from generator.parts.pipeline.module import PipelineContext, pipeline
from generator.parts.pipeline.role_policy import pipeline_policies
from generator.parts.schedule.module import ScheduleContext, schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.access.roles import RoleContext
    from generator.parts.access.statements import Path, Statement
    from generator.parts.framework.contribution import Contribution, Permission
    from generator.parts.network.placement import NetworkContext

# What only AWS knows has its length all the same.
_UUID: Final = "00000000-0000-0000-0000-000000000000"
_ID: Final = "0" * 17
_ARN: Final = 4 * _UUID
_TRACES: Final = [
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
]
_PULL: Final = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_PUSH: Final = [*_PULL, "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]
_REPORT: Final = ["BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "UpdateReport"]


@dataclass(frozen=True, slots=True)
class RoleNeighbours:
    """What other modules give to the roles.

    Attributes:
        bucket: ARN of the artifact bucket.
        prefix: what the keys of the builds' objects begin with.
        pipeline_prefix: where in the bucket the pipeline keeps its artifacts.
        key: ARN of the stack's key; None where it has none.
        connection: ARN of the connection.
        network: where the builds run; None in CodeBuild's own network.
        traced: whether builds send traces.
        topic: ARN of the topic of notifications.
        permissions: what other parts of the stack let builds do.
    """

    bucket: str
    prefix: str
    pipeline_prefix: str
    key: str | None
    connection: str
    network: NetworkContext | None
    traced: bool
    topic: str
    permissions: tuple[Permission, ...]


def role_policies(spec: EnvironmentSpec, names: Names) -> Iterator[RolePolicies]:
    """Yield the policies of every role that grows with the spec."""
    scope = Scope(spec, names)
    asked = contributions(scope)
    around = surroundings(scope, asked)
    of_builds = roles(scope, asked)
    if of_builds is None:
        return
    for role in of_builds.every:
        if role.key not in of_builds.arns:
            yield build_policies(role, of_builds.connection_service, around)
    found = pipeline(scope, asked)
    if found and isinstance(found.arguments, PipelineContext) and found.arguments.role_arn is None:
        yield pipeline_policies(found.arguments, of_builds.connection_service, around, asks=bool(spec.notifications))
    timed = schedule(scope, asked)
    if timed and isinstance(timed.arguments, ScheduleContext):
        yield schedule_policies(timed.arguments, around)


def surroundings(scope: Scope, asked: Contribution) -> RoleNeighbours:
    """Return what other modules will give; where only AWS knows an ID, one of the same length."""
    spec, names = scope.spec, scope.names
    connection = spec.source.connection
    made = names.arn("codeconnections", f"connection/{_UUID}")
    where = network(scope)
    if where and not where.subnet_arns and spec.network and spec.network.managed:
        zones = len(spec.network.managed.availability_zones)
        where = replace(
            where, subnet_arns=[names.arn("ec2", f"subnet/subnet-{_ID[:-1]}{zone}") for zone in range(zones)]
        )
    if where and not where.security_group_arns:
        where = replace(where, security_group_arns=[names.arn("ec2", f"security-group/sg-{_ID}")])
    return RoleNeighbours(
        bucket=names.object_arn(names.bucket),
        prefix=names.prefix_in_bucket,
        pipeline_prefix=names.pipeline_prefix,
        key=(spec.encryption.arn or names.arn("kms", f"key/{_UUID}")) if spec.encryption else None,
        connection=(connection and connection.arn) or made,
        network=where,
        traced=spec.tracing is not None,
        topic=names.topic_arn,
        permissions=asked.permissions,
    )


def build_policies(role: RoleContext, connection_service: str, around: RoleNeighbours) -> RolePolicies:
    """Return the policies of one build's role."""
    at: Path = ("builds", role.key)
    build = Policy("build")
    build.allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [f"{role.log_group_arn}:log-stream:{role.label}/*"],
    )
    build.allow("ReadAndWriteArtifacts", ARTIFACTS, [f"{around.bucket}/{around.prefix}{role.label}/*"])
    if role.cache_path:
        build.allow("ReadAndWriteCache", ARTIFACTS, [f"{around.bucket}/{role.cache_path}/*"])
    build.allow("FindArtifactBucket", ["s3:GetBucketAcl", "s3:GetBucketLocation"], [around.bucket])
    if around.key:
        build.allow("UseKey", USE_KEY, [around.key])
    if around.traced:
        build.allow("SendTraces", _TRACES, ["*"])
    _allow_reading(build, role, at)
    if role.connection:
        actions = [
            f"{connection_service}:{action}" for action in ("GetConnection", "GetConnectionToken", "UseConnection")
        ]
        build.allow("UseConnection", actions, [around.connection])
    if role.pipeline:
        build.allow("PassArtifactsOn", ARTIFACTS, [f"{around.bucket}/{around.pipeline_prefix}/*"])
    if role.customer_key_arns:
        through = {"StringEquals": {"kms:ViaService": role.customer_key_services}}
        build.allow("UseCustomerKeys", ["kms:Decrypt"], role.customer_key_arns, (*at, "secrets"), through)
    others = [
        *_pushing(role, at),
        *_packages(role, at),
        *_contributed(role, around.permissions),
        *(_networking(around.network) if role.network and around.network else ()),
    ]
    return RolePolicies(role.name, (*build.statements, *others))


def _allow_reading(build: Policy, role: RoleContext, at: Path) -> None:
    if role.secret_arns:
        build.allow("ReadSecrets", ["secretsmanager:GetSecretValue"], role.secret_arns, (*at, "secrets"))
    if role.parameter_arns:
        build.allow("ReadParameters", ["ssm:GetParameters"], role.parameter_arns, (*at, "secrets"))
    if role.repository_arns:
        build.allow("CloneRepositories", ["codecommit:GitPull"], role.repository_arns, (*at, "secondary_sources"))
    if role.object_arns:
        actions = ["s3:GetObject", "s3:GetObjectVersion"]
        build.allow("ReadObjects", actions, role.object_arns, (*at, "secondary_sources"))
        actions = ["s3:GetBucketAcl", "s3:GetBucketLocation"]
        build.allow("FindObjects", actions, role.object_bucket_arns, (*at, "secondary_sources"))
    if role.image_repository_arns:
        build.allow("PullImage", _PULL, role.image_repository_arns, (*at, "image"))
        build.allow("SignInToRegistry", ["ecr:GetAuthorizationToken"], ["*"], (*at, "image"))
    if role.report_group_arns:
        actions = [f"codebuild:{action}" for action in _REPORT]
        build.allow("WriteReports", actions, role.report_group_arns, (*at, "reports"))


def _pushing(role: RoleContext, at: Path) -> list[Statement]:
    push = Policy("push")
    if role.push_arns:
        push.allow("SignInToRegistry", ["ecr:GetAuthorizationToken"], ["*"], (*at, "push_to"))
        push.allow("PushImages", _PUSH, role.push_arns, (*at, "push_to"))
    return push.statements


def _packages(role: RoleContext, at: Path) -> list[Statement]:
    packages, key = Policy("packages"), (*at, "package_repositories")
    if role.package_domain_arns:
        packages.allow("SignInToPackages", ["codeartifact:GetAuthorizationToken"], role.package_domain_arns, key)
        signed = {"StringEquals": {"sts:AWSServiceName": ["codeartifact.amazonaws.com"]}}
        packages.allow("MakePackageToken", ["sts:GetServiceBearerToken"], ["*"], key, signed)
        actions = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"]
        packages.allow("ReadPackages", actions, role.package_repository_arns, key)
    if role.package_arns:
        actions = ["codeartifact:PublishPackageVersion", "codeartifact:PutPackageMetadata"]
        packages.allow("PublishPackages", actions, role.package_arns, key)
    return packages.statements


def _contributed(role: RoleContext, permissions: Iterable[Permission]) -> list[Statement]:
    parts = Policy("parts")
    for each in permissions:
        if each.build == role.key:
            conditions = {
                test: {variable: list(values) for variable, values in block.items()}
                for test, block in (each.conditions or {}).items()
            }
            # An ARN that only AWS knows has a length that nobody knows either: this is a long one.
            resources = [one if isinstance(one, str) else _ARN for one in each.resources]
            parts.allow(each.sid, list(each.actions), resources, each.key, conditions)
    return parts.statements


def _networking(where: NetworkContext) -> list[Statement]:
    key: Path = ("network",)
    network_policy, interfaces = Policy("network"), [where.network_interface_arn]
    described = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"]
    network_policy.allow("LookAround", [f"ec2:Describe{what}" for what in described], ["*"], key)
    places = [*interfaces, *where.subnet_arns, *where.security_group_arns]
    network_policy.allow("CreateNetworkInterfaces", ["ec2:CreateNetworkInterface"], places, key)
    subnets = {"ec2:Subnet": where.subnet_arns}
    network_policy.allow(
        "DeleteNetworkInterfaces", ["ec2:DeleteNetworkInterface"], interfaces, key, {"ArnEquals": subnets}
    )
    lent = {"StringEquals": {"ec2:AuthorizedService": ["codebuild.amazonaws.com"]}, "ArnEquals": subnets}
    network_policy.allow("LendNetworkInterfaces", ["ec2:CreateNetworkInterfacePermission"], interfaces, key, lent)
    return network_policy.statements


def schedule_policies(found: ScheduleContext, around: RoleNeighbours) -> RolePolicies:
    """Return the policy of the role that starts builds by the clock."""
    policy, key = Policy("start"), ("builds",)
    if found.build_arns:
        policy.allow("StartBuilds", ["codebuild:StartBuild"], found.build_arns, key)
    if found.batch_arns:
        policy.allow("StartBatches", ["codebuild:StartBuildBatch"], found.batch_arns, key)
    if found.queue_arns:
        policy.allow("ReportFailedStarts", ["sqs:SendMessage"], found.queue_arns, key)
    if around.key:
        policy.allow("ReadSchedules", ["kms:Decrypt"], [around.key])
    return RolePolicies(found.role_name, tuple(policy.statements))
