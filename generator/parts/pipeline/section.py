"""The pipeline: source, builds, approval, deployment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.arns import RoleArn
from generator.model.section import Section
from generator.model.types import BucketName, BuildName, Duration, GlobPattern, KeyArn, ObjectKey, VariableName
from generator.parts.access.permissions.section import Permissions
from generator.parts.pipeline.deploy_section import Deploy


class PipelineTrigger(Section):
    """Pushes that start the pipeline; by default those of the source's branch."""

    branches: list[GlobPattern] = Field(
        default_factory=list,
        max_length=16,
        description="Branches, with `*` and `**`.",
        examples=[["main", "release/**"]],
    )
    tags: list[GlobPattern] = Field(
        default_factory=list, max_length=16, description="Tags, with `*`; in place of branches.", examples=[["v*"]]
    )
    paths: list[GlobPattern] = Field(
        default_factory=list,
        max_length=16,
        description="Changed files, with `*` and `**`.",
        examples=[["services/api/**", "!**.md"]],
    )
    manual: bool = Field(default=False, description="Whether nothing starts the pipeline but a person.")


class BucketSource(Section):
    """An object in S3, in place of the repository. The bucket is versioned and sends its events to EventBridge."""

    bucket: BucketName = Field(description="Bucket that holds it.", examples=["acme-shop-sources"])
    key: ObjectKey = Field(description="The object, a ZIP archive.", examples=["shop/source.zip"])
    kms_key: KeyArn | None = Field(
        default=None, description="Key that encrypts the object, where that is not AWS's own."
    )


class Approval(Section):
    """A person who says yes before the deployment."""

    message: str = Field(
        default="", max_length=1000, description="What the person reads.", examples=["Is staging healthy?"]
    )
    url: str | None = Field(
        default=None,
        pattern=r"^https://[!-~]+$",
        max_length=512,
        description="What the person looks at.",
        examples=["https://grafana.acme.example/d/shop"],
    )
    timeout: Annotated[int, Duration("5m", "60d")] = Field(
        default=10080, description="After how long no answer is a no.", examples=["7d"]
    )


class PipelineVariable(Section):
    """A variable of the pipeline: every build sees it, and a start by hand can set it."""

    default: str = Field(min_length=1, max_length=1000, description="Its value, where a start gives none.")
    description: str = Field(default="", max_length=200, description="What it is for.")


class Pipeline(Section):
    """A pipeline of CodePipeline V2: source, builds, an approval if wanted, a deployment if wanted."""

    builds: list[list[BuildName]] = Field(
        default_factory=list,
        max_length=10,
        description="Builds by step: those of a step run side by side, one step after the other. A single build need "
        "not be named.",
        examples=[[["lint", "test"], ["package"]]],
    )
    source: BucketSource | None = Field(default=None, description="An object in S3, in place of the repository.")
    trigger: PipelineTrigger | None = Field(
        default=None, description="What starts the pipeline; only with a connection are there filters."
    )
    full_clone: bool = Field(
        default=False, description="Whether the builds get the repository with its history, not just the files."
    )
    execution_mode: Literal["queued", "superseded", "parallel"] = Field(
        default="superseded",
        description="What happens to a start while another runs: it waits, overtakes those that wait, or runs beside.",
    )
    variables: dict[VariableName, PipelineVariable] = Field(
        default_factory=dict,
        max_length=50,
        description="Variables that a start can set.",
        examples=[{"LOG_LEVEL": {"default": "info"}}],
    )
    retry: Literal["failed-actions", "all-actions"] | None = Field(
        default=None, description="What of the build stage is tried once more after a failure; by default nothing."
    )
    approval: Approval | None = Field(default=None, description="Asks a person before the deployment.")
    deploy: Deploy | None = Field(default=None, description="Deploys what was built.")
    permissions: Permissions | None = Field(
        default=None, description="What the pipeline's role may do beyond what its stages need."
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="A role that exists, for the pipeline to run as, in place of one that the stack makes; nothing of "
        "it is changed. README.md says what it must allow, and whom it must trust.",
        examples=["arn:aws:iam::111122223333:role/shop-release"],
    )
