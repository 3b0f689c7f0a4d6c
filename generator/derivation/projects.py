"""Derive one CodeBuild project from one build of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.spec.images import default_image
from generator.spec.starts import listens_anywhere

if TYPE_CHECKING:
    from generator.spec.model.build import Build, Phase
    from generator.spec.model.secret import Secret

PHASES: Final[tuple[Phase, ...]] = ("install", "pre_build", "build", "post_build")
ENVIRONMENT_TYPES: Final = {"x86_64": "LINUX_CONTAINER", "arm64": "ARM_CONTAINER"}


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """One variable of a build, in CodeBuild's words."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """One CodeBuild project."""

    key: str
    name: str
    description: str
    image: str
    image_credentials: str
    compute_type: str
    environment_type: str
    timeout_minutes: int
    queued_timeout_minutes: int
    concurrent_builds: int | None
    privileged: bool
    in_pipeline: bool
    anywhere: bool
    artifacts: str
    cache_type: str
    cache_modes: list[str]
    runtime: dict[str, str]
    buildspec_file: str | None
    buildspec: dict[str, object] | None
    variables: list[EnvironmentVariable]


def project(key: str, build: Build, name: str, *, in_pipeline: bool = False) -> ProjectContext:
    """Derive the project of `build`, which the spec calls `key` and AWS calls `name`."""
    image = build.image or str(default_image(build.runtime, build.architecture))
    caches = ["LOCAL_CUSTOM_CACHE", "LOCAL_SOURCE_CACHE"]
    if build.privileged:
        caches.insert(1, "LOCAL_DOCKER_LAYER_CACHE")
    return ProjectContext(
        key=key,
        name=name,
        description=build.description or f"Build {key} of {name.removesuffix(f'-{key}')}",
        image=image,
        image_credentials="CODEBUILD" if image.startswith("aws/codebuild/") else "SERVICE_ROLE",
        compute_type=f"BUILD_GENERAL1_{build.compute.upper()}",
        environment_type=ENVIRONMENT_TYPES[build.architecture],
        timeout_minutes=build.timeout,
        queued_timeout_minutes=build.queued_timeout,
        concurrent_builds=build.concurrent_builds,
        privileged=build.privileged,
        in_pipeline=in_pipeline,
        anywhere=listens_anywhere(build),
        artifacts="CODEPIPELINE" if in_pipeline else "NO_ARTIFACTS" if build.runner else "S3",
        cache_type="LOCAL" if build.cache == "local" else "NO_CACHE",
        cache_modes=caches if build.cache == "local" else [],
        runtime=dict(sorted(build.runtime.items())),
        buildspec_file=None if build.phases or build.runner else build.buildspec or "buildspec.yml",
        buildspec=_buildspec(build),
        variables=_variables(build),
    )


def _buildspec(build: Build) -> dict[str, object] | None:
    commands: dict[Phase, list[str]] | None = build.phases
    if build.runner:
        # CodeBuild puts the runner here; the other phases run for a workflow that asks for them.
        commands = {**(build.phases or {}), "build": ["echo the runner runs here"]}
    if commands is None:
        return None
    # Without pinned runtimes an image takes its newest ones, and changes them with its releases.
    phases: dict[str, dict[str, object]] = {"install": {"runtime-versions": dict(sorted(build.runtime.items()))}}
    for phase in PHASES:
        if phase in commands:
            phases.setdefault(phase, {})["commands"] = commands[phase]
    buildspec: dict[str, object] = {"version": "0.2", "phases": phases}
    return buildspec if build.runner else buildspec | {"artifacts": {"files": build.artifact_files or ["**/*"]}}


def _variables(build: Build) -> list[EnvironmentVariable]:
    # The provider compares an ordered list: unsorted variables show up as changes in every plan.
    plain = [EnvironmentVariable(name, "PLAINTEXT", value) for name, value in build.variables.items()]
    secret = [_reference(name, reference) for name, reference in build.secrets.items()]
    return sorted([*plain, *secret], key=lambda variable: variable.name)


def _reference(name: str, secret: Secret) -> EnvironmentVariable:
    if secret.parameter is not None:
        return EnvironmentVariable(name, "PARAMETER_STORE", secret.parameter)
    key = f":{secret.json_key}" if secret.json_key else ""
    return EnvironmentVariable(name, "SECRETS_MANAGER", f"{secret.secrets_manager}{key}")
