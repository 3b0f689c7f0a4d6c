"""What a build reads instead of, or beside, the repository of its stack, and what it tells the repository."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.build_types import ObjectPath
from generator.model.section import Section
from generator.model.types import GitBranch, KeyArn

Repository = Annotated[str, Field(min_length=1, max_length=1024)]
CloneDepth = Annotated[int, Field(ge=0, le=1000)]


class BuildSource(Section):
    """Where one build's code comes from, as far as it differs from the stack's `source`."""

    type: Literal["github", "github-enterprise", "gitlab", "bitbucket", "codecommit", "s3", "none"] | None = Field(
        default=None,
        description="Kind of server; `s3` for an archive in a bucket, `none` for a build that is all in its `phases`.",
        examples=["none"],
    )
    repository: Repository | None = Field(
        default=None,
        description="HTTPS address of the repository, without credentials; needed with another type.",
        examples=["https://github.com/acme-platform/documentation"],
    )
    branch: GitBranch | None = Field(default=None, description="Branch, tag or commit.", examples=["stable"])
    clone_depth: CloneDepth | None = Field(default=None, description="Commits of history to clone; 0 clones all of it.")
    submodules: bool | None = Field(default=None, description="Whether Git submodules are fetched as well.")
    object: ObjectPath | None = Field(
        default=None, description="Bucket and key of the archive; only with s3.", examples=["acme-sources/shop.zip"]
    )
    kms_key: KeyArn | None = Field(
        default=None, description="Key that encrypts the archive, where that is not AWS's own; only with s3."
    )


class SecondarySource(Section):
    """One more source of a build; it finds it in the folder that `$CODEBUILD_SRC_DIR_<name>` says."""

    type: Literal["github", "github-enterprise", "gitlab", "bitbucket", "codecommit", "s3"] = Field(
        description="Kind of server that holds it.", examples=["github"]
    )
    repository: Repository | None = Field(
        default=None,
        description="HTTPS address of the repository, without credentials; not with s3.",
        examples=["https://github.com/acme-platform/build-tools"],
    )
    object: ObjectPath | None = Field(
        default=None, description="Bucket and key of an archive; only with s3.", examples=["acme-tools/lint.zip"]
    )
    kms_key: KeyArn | None = Field(
        default=None, description="Key that encrypts the archive, where that is not AWS's own; only with s3."
    )
    branch: GitBranch | None = Field(
        default=None, description="Branch, tag or commit; by default the repository's own default.", examples=["v3"]
    )
    clone_depth: CloneDepth = Field(default=1, description="Commits of history to clone; 0 clones all of it.")
    submodules: bool = Field(default=False, description="Whether Git submodules are fetched as well.")


class CommitStatus(Section):
    """What the server shows beside a commit: pending, passed, failed."""

    context: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        default=None, description="Name of the check; by default CodeBuild's own.", examples=["acme/build"]
    )
    target_url: Annotated[str, Field(pattern=r"^https://[^\s@]+$", max_length=1024)] | None = Field(
        default=None, description="Where a click leads; by default to the build in the console."
    )
