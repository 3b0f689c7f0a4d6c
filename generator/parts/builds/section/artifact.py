"""What a build leaves behind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.model.build_types import ArtifactName, ComputedName, FilePattern
from generator.model.section import Section
from generator.model.types import RelativePath


class SecondaryArtifact(Section):
    """One more artifact of a build, beside its first."""

    files: list[FilePattern] | None = Field(
        default=None,
        min_length=1,
        description="Files that go into it, as patterns; with a buildspec in the repository that says it instead.",
        examples=[["coverage/**/*"]],
    )
    packaging: Literal["zip", "none"] = Field(default="zip", description="One archive, or the files as they are.")
    name: ArtifactName | None = Field(
        default=None,
        description="Name of the archive or folder; by default the artifact's own name. A buildspec in the repository "
        "names it itself.",
        examples=["coverage.zip"],
    )


class Artifact(Section):
    """The first artifact of a build: where it lies in the bucket, and in what form."""

    type: Literal["s3", "none"] = Field(default="s3", description="`none` keeps nothing: the build only checks.")
    packaging: Literal["zip", "none"] = Field(default="zip", description="One archive, or the files as they are.")
    name: ArtifactName = Field(
        default="artifact.zip", description="Name of the archive or folder.", examples=["site.zip"]
    )
    name_from_buildspec: bool = Field(
        default=False,
        description="Whether the `artifacts.name` of the buildspec in the repository takes the place of `name`.",
    )
    computed_name: ComputedName | None = Field(
        default=None,
        description="Name that the build computes, with variables and commands of the shell, in place of `name`; only "
        "with `phases`.",
        examples=["shop-$(date +%Y-%m-%d).zip"],
    )
    directory: RelativePath | None = Field(
        default=None,
        description="Folder that the patterns of `artifact_files` begin at; only with `phases`.",
        examples=["dist"],
    )
    exclude: list[FilePattern] = Field(
        default_factory=list,
        description="Files that stay out of it, as patterns; only with `phases`.",
        examples=[["**/*.map"]],
    )
    discard_paths: bool = Field(
        default=False, description="Whether the files lie in it without their folders; only with `phases`."
    )
    per_build: bool = Field(
        default=True, description="Whether each build keeps its own, below its ID, rather than replace the last one."
    )
