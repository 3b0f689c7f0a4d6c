"""What a spec may say: the typed, frozen model of one environment.

The descriptions, examples and units here are the only source of the JSON Schema, of the spec reference and of what
`tfstencil explain` prints. Terraform's and AWS's own words are used where they exist.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from generator.spec.types import (
    AccountId,
    BucketName,
    BuildName,
    Days,
    Duration,
    GitBranch,
    ImageName,
    JsonKey,
    ObjectKey,
    ParameterName,
    PolicyArn,
    Region,
    RelativePath,
    RetentionDays,
    RuntimeName,
    RuntimeVersion,
    SecretId,
    StackName,
    TagKey,
    TagValue,
    VariableName,
)

EnvironmentClass = Literal["dev", "staging", "prod"]


class Section(BaseModel):
    """Base of every part of a spec: immutable, nothing coerced, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Source(Section):
    """Where the code to build comes from."""

    type: Literal["github", "github-enterprise", "gitlab", "bitbucket", "codecommit"] = Field(
        description="Kind of server that holds the repository.", examples=["github"]
    )
    repository: str = Field(
        min_length=1,
        max_length=1024,
        description="HTTPS address of the repository, without credentials. Example addresses are refused outside dev.",
        examples=["https://github.com/acme-platform/nodejs-microservice"],
    )
    branch: GitBranch = Field(default="main", description="Branch that is built.", examples=["main"])
    clone_depth: int = Field(
        default=1, ge=0, le=1000, description="Commits of history to clone; 0 clones all of it.", examples=[1]
    )
    submodules: bool = Field(default=False, description="Whether Git submodules are fetched as well.")


class Secret(Section):
    """Reference to a secret: resolved by CodeBuild at build time, never part of the plan or the state."""

    secrets_manager: SecretId | None = Field(
        default=None, description="Name or ARN of a secret in Secrets Manager.", examples=["nodejs-microservice/npm"]
    )
    json_key: JsonKey | None = Field(
        default=None, description="Key inside the secret's JSON; only with secrets_manager.", examples=["token"]
    )
    parameter: ParameterName | None = Field(
        default=None, description="Name of an SSM parameter.", examples=["/nodejs-microservice/npm-token"]
    )


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
Command = Annotated[str, Field(min_length=1, max_length=4096)]


class Build(Section):
    """One CodeBuild project."""

    description: str = Field(
        default="", max_length=255, description="What the build is for, shown in the console.", examples=["Unit tests"]
    )
    runtime: dict[RuntimeName, Runtime] = Field(
        min_length=1,
        description="Language runtimes that the build needs; the image must carry them.",
        examples=[{"nodejs": 18}],
    )
    architecture: Literal["x86_64", "arm64"] = Field(default="x86_64", description="Processor of the build machine.")
    compute: Literal["small", "medium", "large", "xlarge", "2xlarge"] = Field(
        default="small", description="Size of the build machine (BUILD_GENERAL1_…).", examples=["small"]
    )
    image: ImageName | None = Field(
        default=None,
        description="Build image; by default the newest AWS image that carries the runtimes.",
        examples=["aws/codebuild/amazonlinux-x86_64-standard:5.0"],
    )
    buildspec: RelativePath | None = Field(
        default=None,
        description="Path of the buildspec in the repository; by default `buildspec.yml`, unless `phases` are given.",
        examples=["buildspec.yml"],
    )
    phases: dict[Phase, list[Command]] | None = Field(
        default=None,
        min_length=1,
        description="Commands by phase, instead of a buildspec in the repository; pins the runtime versions too.",
        examples=[{"install": ["npm ci"], "build": ["npm test"]}],
    )
    artifact_files: list[Command] | None = Field(
        default=None,
        min_length=1,
        description="Files that go into the artifact, as patterns; only with `phases`, by default all.",
        examples=[["dist/**/*", "package.json"]],
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
    cache: Literal["local", "none"] = Field(
        default="local", description="`local` keeps sources and caches on the build machine while it is warm."
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


class Artifacts(Section):
    """The S3 bucket that receives what the builds make."""

    bucket: BucketName | None = Field(
        default=None,
        description="Name of the bucket; by default `<stack>-<environment>-artifacts-<account>`.",
        examples=["acme-platform-build-artifacts"],
    )
    encryption: Literal["aes256", "kms"] = Field(
        description="Encryption at rest: S3's own keys, or the stack's KMS key (needs `encryption.enabled`)."
    )
    bucket_key: bool = Field(description="Whether S3 Bucket Keys cut the number of KMS calls; only with kms.")
    archive_after_days: Days | None = Field(
        default=None, description="Days after which objects move to the archive storage class; null never moves them."
    )
    archive_storage_class: Literal["GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"] = Field(
        default="GLACIER", description="Where archived objects go."
    )
    expire_after_days: Days | None = Field(
        default=None, description="Days after which objects are deleted; null keeps them for ever."
    )
    expire_noncurrent_after_days: Days = Field(
        description="Days for which overwritten and deleted versions can still be restored."
    )
    abort_uploads_after_days: Days = Field(default=7, description="Days after which unfinished uploads are dropped.")
    force_destroy: bool = Field(
        description="Whether destroying the environment deletes a bucket that still holds objects; dev only."
    )


class Encryption(Section):
    """The stack's own KMS key, for artifacts and logs."""

    enabled: bool = Field(description="Whether the stack has a KMS key of its own.")
    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = Field(
        default=30, description="Days between the request to delete the key and its deletion."
    )
    rotation_days: Annotated[int, Field(ge=90, le=2560)] = Field(
        default=365, description="Days between automatic rotations of the key material."
    )


class Logs(Section):
    """CloudWatch Logs of the builds."""

    retention_days: RetentionDays = Field(description="Days for which log events are kept.", examples=[7])


class Access(Section):
    """The IAM role of the builds."""

    permissions_boundary: PolicyArn | None = Field(
        default=None,
        description="Policy that bounds what the role may ever do.",
        examples=["arn:aws:iam::111122223333:policy/build-boundary"],
    )


class State(Section):
    """Where Terraform keeps the environment's state: an existing S3 bucket, with native locking."""

    bucket: BucketName = Field(description="Bucket that holds the state.", examples=["acme-platform-tfstate"])
    key: ObjectKey | None = Field(
        default=None, description="Object key; by default `<stack>/<environment>/terraform.tfstate`."
    )
    region: Region | None = Field(default=None, description="Region of the bucket; by default the environment's.")


class EnvironmentSpec(Section):
    """One environment of a stack."""

    stack: StackName = Field(description="Name of the stack; part of every name.", examples=["nodejs-microservice"])
    environment_class: EnvironmentClass = Field(
        alias="class",
        description="Class of the environment: decides the defaults; inferred from a name such as `prod` or `prod-eu`.",
        examples=["prod"],
    )
    description: str = Field(
        default="", max_length=200, description="What the environment is for; stands in its README."
    )
    region: Region = Field(description="AWS region of every resource.", examples=["us-east-1"])
    account: AccountId = Field(
        description="AWS account; Terraform refuses to touch any other.", examples=["111122223333"]
    )
    tags: dict[TagKey, TagValue] = Field(
        description="Tags of every resource. Environment, Stack and ManagedBy are set for you.",
        examples=[{"Owner": "platform-team", "CostCenter": "1234"}],
    )
    required_tags: list[TagKey] = Field(
        description="Tag keys that `tags` must hold.", examples=[["Owner", "CostCenter"]]
    )
    source: Source = Field(description="Where the code comes from.")
    builds: dict[BuildName, Build] = Field(
        min_length=1, max_length=50, description="The CodeBuild projects, by name; `main` is the usual first one."
    )
    artifacts: Artifacts = Field(description="The artifact bucket.")
    encryption: Encryption = Field(description="The stack's KMS key.")
    logs: Logs = Field(description="The log group.")
    access: Access = Field(default_factory=Access, description="The IAM role.")
    state: State | None = Field(default=None, description="Terraform state; without it, a local file.")
