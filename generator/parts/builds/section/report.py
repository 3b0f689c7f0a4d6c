"""Reports about tests and coverage."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.model.build_types import FilePattern, FormerReport, ReportGroupName
from generator.model.section import Section
from generator.model.types import RelativePath

TestFormat = Literal["JUNITXML", "CUCUMBERJSON", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"]
CoverageFormat = Literal["CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"]


class Report(Section):
    """Results that CodeBuild collects into a report group of the stack's own."""

    name: ReportGroupName | None = Field(
        default=None,
        description="Name of the report group in CodeBuild, where it is not `<project>-<report>`; only with `phases`.",
        examples=["shop-ci-unit"],
    )
    formerly: list[FormerReport] = Field(
        default_factory=list,
        max_length=10,
        description="What the report was called in the spec before, the oldest name first; with its build, "
        "`main/junit`, where that had another name then. `tfstencil rename` writes it.",
        examples=[["junit"]],
    )
    files: list[FilePattern] = Field(
        min_length=1, description="Files with the results, as patterns.", examples=[["reports/junit/*.xml"]]
    )
    format: Literal[TestFormat, CoverageFormat] = Field(
        default="JUNITXML", description="Form of the files; it says whether they are about tests or about coverage."
    )
    directory: RelativePath | None = Field(
        default=None, description="Folder that the patterns begin at; by default the root of the source."
    )
    discard_paths: bool = Field(default=False, description="Whether the files are collected without their folders.")
    export: bool = Field(
        default=False,
        description="Whether the raw files are kept in the artifact bucket as well, below the build's own.",
    )
