"""What AWS knows the resources by, where that is not what the stack's and the environment's names come to."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from generator.model.section import Section
from generator.model.types import FormerBuild, Text

# What stands for the name of a build in a pattern; all other variables are replaced when the spec is read.
BUILD: Final = "@{build}"
_BUILD: Final = r"@\{build\}"

# Stack and environment may have had any names.
Prefix = Annotated[
    str, Text(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", "lower-case letters, digits and single hyphens", longest=73)
]
ProjectName = Annotated[
    str, Text(r"[A-Za-z0-9][A-Za-z0-9_-]+", "letters, digits, hyphens and underscores", longest=150, shortest=2)
]
RoleName = Annotated[str, Text(r"[A-Za-z0-9+=,.@_-]+", "letters, digits and + = , . @ _ -", longest=64)]
ProjectPattern = Annotated[
    str,
    Text(
        rf"(?:[A-Za-z0-9]|{_BUILD})(?:[A-Za-z0-9_-]|{_BUILD})*",
        "letters, digits, hyphens, underscores and @{build}",
        longest=150,
    ),
]
RolePattern = Annotated[
    str, Text(rf"(?:[A-Za-z0-9+=,._-]|@(?!\{{)|{_BUILD})+", "letters, digits, + = , . @ _ - and @{build}", longest=100)
]
LogGroupName = Annotated[
    str, Text(r"(?!aws/)[A-Za-z0-9_/.#-]+", "letters, digits and _ / . # -, and not aws/…", longest=512)
]
LogGroupPattern = Annotated[
    str,
    Text(
        rf"(?!aws/)(?:[A-Za-z0-9_/.#-]|{_BUILD})+",
        "letters, digits, _ / . # - and @{build}, and not aws/…",
        longest=512,
    ),
]
TopicName = Annotated[str, Text(r"[A-Za-z0-9_-]+", "letters, digits, hyphens and underscores", longest=64)]
PipelineName = Annotated[str, Text(r"[A-Za-z0-9.@_-]+", "letters, digits and . @ _ -", longest=100)]
AliasName = Annotated[
    str, Text(r"alias/(?!aws/)[A-Za-z0-9/_-]+", "alias/ and letters, digits, / _ -, and not alias/aws/…", longest=256)
]


class NamePatterns(Section):
    """Names of the environment's resources, as far as they are not `<stack>-<environment>-…`."""

    prefix: Prefix | None = Field(
        default=None,
        description="Beginning of all names that nothing else gives, in place of `<stack>-<environment>`.",
        examples=["webshop-test"],
    )
    project: ProjectPattern | None = Field(
        default=None,
        description="Pattern of the CodeBuild projects' names; `@{build}` stands for the build's.",
        examples=["shop-@{build}"],
    )
    role: RolePattern | None = Field(
        default=None, description="Pattern of the names of the builds' roles.", examples=["shop-@{build}-role"]
    )
    batch_role: RolePattern | None = Field(
        default=None,
        description="Pattern of the names of the roles that start the builds of batches.",
        examples=["shop-@{build}-batch-role"],
    )
    log_group: LogGroupPattern | None = Field(
        default=None,
        description="Name of the builds' log group; where each project has its own, the pattern of their names.",
        examples=["/shop/builds"],
    )
    key_alias: AliasName | None = Field(
        default=None, description="Alias of the stack's KMS key.", examples=["alias/shop-builds"]
    )
    topic: TopicName | None = Field(
        default=None,
        description="Name of the topic of notifications, and of the rule that feeds it.",
        examples=["shop-builds"],
    )
    pipeline: PipelineName | None = Field(default=None, description="Name of the pipeline.", examples=["shop-release"])
    pipeline_role: RoleName | None = Field(
        default=None, description="Name of the pipeline's role.", examples=["shop-release-role"]
    )


class BuildNames(Section):
    """Names of what one build has, in place of those that patterns give."""

    project: ProjectName | None = Field(
        default=None, description="Name of the CodeBuild project.", examples=["shop-ci"]
    )
    role: RoleName | None = Field(default=None, description="Name of the build's role.", examples=["shop-ci-role"])
    log_group: LogGroupName | None = Field(
        default=None,
        description="Name of the build's log group, where it is not that of all builds.",
        examples=["/aws/codebuild/shop-ci"],
    )
    label: FormerBuild | None = Field(
        default=None,
        description="What stands for the build in names, in folders of the bucket and in log streams, in place of its "
        "own name: what it was called when they were made.",
        examples=["checks"],
    )
    batch_role: RoleName | None = Field(
        default=None,
        description="Name of the role that starts the builds of its batches.",
        examples=["shop-ci-batch-role"],
    )
