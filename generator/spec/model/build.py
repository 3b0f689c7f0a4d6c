"""The builds: one CodeBuild project each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from generator.spec.model.runner import Runner
from generator.spec.model.schedule import Schedule
from generator.spec.model.secret import Secret
from generator.spec.model.section import Section
from generator.spec.model.trigger import Trigger
from generator.spec.types import Duration, ImageName, RelativePath, RuntimeName, RuntimeVersion, VariableName


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
    trigger: Trigger | None = Field(
        default=None,
        description="What at the server starts the build; a build that says nothing of how it starts is built on "
        "pushes of the source's branch, once the source has a connection or a credential.",
    )
    schedule: Schedule | None = Field(default=None, description="When the build starts by the clock.")
    runner: Runner | None = Field(default=None, description="Makes the build a runner of GitHub Actions.")
