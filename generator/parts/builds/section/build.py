"""The builds: one CodeBuild project each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from generator.aws.compute import Architecture, ComputeName
from generator.model.arns import RoleArn
from generator.model.build_types import CachePath, FilePattern, ObjectPath, ReportName, SourceIdentifier
from generator.model.name_patterns import BuildNames
from generator.model.section import Section
from generator.model.types import (
    Duration,
    FormerBuild,
    ImageName,
    KeyArn,
    RelativePath,
    RuntimeName,
    RuntimeVersion,
    SecretId,
    TagKey,
    TagValue,
    VariableName,
)
from generator.parts.access.permissions.section import Permissions
from generator.parts.builds.section.artifact import Artifact, SecondaryArtifact
from generator.parts.builds.section.batch import Batch
from generator.parts.builds.section.build_source import BuildSource, CommitStatus, SecondarySource
from generator.parts.builds.section.file_system import FileSystem
from generator.parts.builds.section.fleet import Fleet
from generator.parts.builds.section.package_repository import PackageRepository
from generator.parts.builds.section.report import Report
from generator.parts.builds.section.secret import Secret
from generator.parts.framework.keys import with_build_keys
from generator.parts.registry.section import RepositoryName
from generator.parts.schedule.section import Schedule
from generator.parts.trigger.runner_section import Runner
from generator.parts.trigger.section import Trigger


def _runtime_version(value: object) -> object:
    # 18 is a number to YAML and a name to CodeBuild; a boolean is neither.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_VERSION_SCHEMA = {
    "type": ["integer", "string"],
    "pattern": r"^(?:corretto)?[0-9]+(?:\.[0-9]+){0,2}$",
    "maxLength": 20,
    "minimum": 0,
    "maximum": 10**20 - 1,
}
Runtime = Annotated[RuntimeVersion, BeforeValidator(_runtime_version), WithJsonSchema(_VERSION_SCHEMA)]
Phase = Literal["install", "pre_build", "build", "post_build"]
ShellCommand = Annotated[str, Field(min_length=1, max_length=4096)]


@with_build_keys
class Build(Section):
    """One CodeBuild project."""

    description: str = Field(
        default="", max_length=255, description="What the build is for, shown in the console.", examples=["Unit tests"]
    )
    names: BuildNames | None = Field(
        default=None, description="Names of what the build has, in place of those that follow from the others."
    )
    formerly: list[FormerBuild] = Field(
        default_factory=list,
        max_length=10,
        description="What the build was called in the spec before, the oldest name first: what exists under such a "
        "name becomes this build's. `tfstencil rename` writes it.",
        examples=[["checks"]],
    )
    runtime: dict[RuntimeName, Runtime] = Field(
        default_factory=dict,
        description="Language runtimes that the build needs; the image must carry them. Needed where it is read: by "
        "`phases` on an image of AWS's that is not for Docker alone, and on Lambda. An empty one, `{}`, leaves the "
        "version to the image.",
        examples=[{"nodejs": 18}],
    )
    architecture: Architecture = Field(default="x86_64", description="Processor of the build machine.")
    compute: ComputeName = Field(
        default="small",
        description="Build machine: a size on EC2, with or without a GPU, or the memory of a Lambda function.",
        examples=["small"],
    )
    fleet: Fleet | None = Field(default=None, description="Reserved machines in place of machines on demand.")
    pricing: Literal["on_demand", "spot"] = Field(
        default="on_demand", description="CodeBuild has no spot machines; `spot` is answered with what saves instead."
    )
    image: ImageName | None = Field(
        default=None,
        description="Build image; by default the newest AWS image that carries the runtimes.",
        examples=["aws/codebuild/amazonlinux-x86_64-standard:5.0"],
    )
    registry_credential: SecretId | None = Field(
        default=None,
        description="Secret with user name and password of a private registry that is not ECR.",
        examples=["nodejs-microservice/registry"],
    )
    registry_credential_kms_key: KeyArn | None = Field(
        default=None, description="Key that encrypts that secret, where it is not AWS's own."
    )
    certificate: ObjectPath | None = Field(
        default=None,
        description="Bucket and key of a PEM file with certificates that the build trusts as well.",
        examples=["acme-certificates/internal-ca.pem"],
    )
    certificate_kms_key: KeyArn | None = Field(
        default=None, description="Key that encrypts that file, where it is not AWS's own."
    )
    buildspec: RelativePath | None = Field(
        default=None,
        description="Path of the buildspec in the repository; by default `buildspec.yml`, unless `phases` are given.",
        examples=["buildspec.yml"],
    )
    phases: dict[Phase, list[ShellCommand]] | None = Field(
        default=None,
        min_length=1,
        description="Commands by phase, instead of a buildspec in the repository; pins the runtime versions too.",
        examples=[{"install": ["npm ci"], "build": ["npm test"]}],
    )
    finally_: dict[Phase, list[ShellCommand]] = Field(
        default_factory=dict,
        alias="finally",
        description="Commands by phase that run after those of `phases`, also when these fail.",
        examples=[{"build": ["./ci/collect-logs.sh"]}],
    )
    on_failure: dict[Phase, Literal["ABORT", "CONTINUE", "RETRY"]] = Field(
        default_factory=dict,
        description="What happens when a command of the phase fails; by default CodeBuild goes on to `post_build` "
        "after `build`, and ends after any other.",
        examples=[{"build": "ABORT"}],
    )
    shell: Literal["bash", "sh"] | None = Field(
        default=None,
        description="Shell that runs the commands; only with `phases`, by default `sh`.",
        examples=["bash"],
    )
    git_credential_helper: bool = Field(
        default=False,
        description="Whether Git in the build signs in as CodeBuild does, for private submodules; only with `phases`.",
    )
    exported_variables: list[VariableName] = Field(
        default_factory=list, description="Variables that a pipeline may read afterwards; only with `phases`."
    )
    cache_paths: list[CachePath] = Field(
        default_factory=list,
        description="Paths that the cache keeps; only with `phases`.",
        examples=[["/root/.npm/**/*"]],
    )
    artifact: Artifact = Field(default_factory=Artifact, description="Where the artifact lies, and in what form.")
    artifact_files: list[FilePattern] | None = Field(
        default=None,
        min_length=1,
        description="Files that go into the artifact, as patterns; only with `phases`, by default all.",
        examples=[["dist/**/*", "package.json"]],
    )
    secondary_artifacts: dict[SourceIdentifier, SecondaryArtifact] = Field(
        default_factory=dict, max_length=12, description="More artifacts, by name."
    )
    source: BuildSource | None = Field(
        default=None, description="Where the code comes from, as far as it differs from the stack's `source`."
    )
    secondary_sources: dict[SourceIdentifier, SecondarySource] = Field(
        default_factory=dict, max_length=12, description="More sources, by name."
    )
    commit_status: CommitStatus | None = Field(
        default=None, description="Reports each build to the server that holds the repository."
    )
    reports: dict[ReportName, Report] = Field(
        default_factory=dict, max_length=5, description="Reports about tests and coverage, by name."
    )
    timeout: Annotated[int, Duration("5m", "36h")] = Field(
        default=15, description="How long a build may run.", examples=["15m"]
    )
    queued_timeout: Annotated[int, Duration("5m", "8h")] = Field(
        default=480, description="How long a build may wait for a machine.", examples=["8h"]
    )
    concurrent_builds: int | None = Field(
        default=None, ge=1, le=1000, description="Builds that may run at once; null leaves it to the account's limit."
    )
    privileged: bool = Field(
        default=False, description="Whether the build may run Docker; gives it root on the build machine."
    )
    network: bool = Field(
        default=True, description="Whether the build runs in the environment's `network`, where there is one."
    )
    cache: Literal["local", "s3", "none"] = Field(
        default="local",
        description="`local` keeps sources and caches on the build machine while it is warm, `s3` in the artifact "
        "bucket. Lambda has no cache; without a word, builds on a GPU, on 2xlarge and in a VPC have none either, since "
        "CodeBuild keeps nothing on their machines.",
    )
    badge: bool = Field(default=False, description="Whether anybody may see a picture of the last build's state.")
    batch: Batch | None = Field(default=None, description="Lets one start run several builds.")
    file_systems: dict[SourceIdentifier, FileSystem] = Field(
        default_factory=dict, description="EFS file systems, by the name that their mount point has in the environment."
    )
    s3_logs: bool = Field(
        default=False, description="Whether the log is kept in the artifact bucket as well, below the build's own."
    )
    push_to: list[RepositoryName] = Field(
        default_factory=list,
        description="Repositories of `registry` that the build pushes images to. It gets ECR_REGISTRY, and the address "
        "of each as ECR_REPOSITORY_<NAME>.",
        examples=[["api"]],
    )
    package_repositories: list[PackageRepository] = Field(
        default_factory=list,
        max_length=20,
        description="Repositories of CodeArtifact that the build reads packages from, or publishes to. Its commands "
        "sign in: `aws codeartifact login …`.",
        examples=[[{"domain": "acme", "repository": "npm"}]],
    )
    permissions: Permissions | None = Field(
        default=None, description="What the build's role may do beyond what the build itself needs."
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="A role that exists, for the build to run as, in place of one that the stack makes; nothing of it "
        "is changed. README.md says what it must allow, and whom it must trust.",
        examples=["arn:aws:iam::111122223333:role/shop-ci"],
    )
    variables: dict[VariableName, str] = Field(
        default_factory=dict,
        description="Plain-text environment variables. Secrets belong in `secrets`.",
        examples=[{"NODE_ENV": "production"}],
    )
    secrets: dict[VariableName, Secret] = Field(
        default_factory=dict,
        description="Environment variables that CodeBuild reads from Secrets Manager or SSM at build time.",
        examples=[{"NPM_TOKEN": {"parameter": "/nodejs-microservice/npm-token"}}],
    )
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        description="Tags of the build's project, reports and machines, and of the roles and the log group that are "
        "its own; they go before those of the stack.",
        examples=[{"CostCenter": "5678"}],
    )
    trigger: Trigger | None = Field(
        default=None,
        description="What at the server starts the build; a build that says nothing of how it starts is built on "
        "pushes of the source's branch, once the source has a connection or a credential.",
    )
    schedule: Schedule | None = Field(default=None, description="When the build starts by the clock.")
    runner: Runner | None = Field(default=None, description="Makes the build a runner of GitHub Actions.")
