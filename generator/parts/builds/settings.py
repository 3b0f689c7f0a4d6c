"""Parts that a CodeBuild project may have or lack, in CodeBuild's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute
from generator.model.builds.sources import source_of, submodules_of
from generator.model.builds.starts import listens_anywhere, pipeline_builds, same_server
from generator.parts.framework.facts import SOURCE_TYPES

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.builds.section.build import Build
    from generator.parts.builds.section.build_source import SecondarySource


# https://docs.aws.amazon.com/codebuild/latest/userguide/github-global-organization-webhook-setup.html
ANY_REPOSITORY: Final = "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION"


@dataclass(frozen=True, slots=True)
class ProjectSource:
    """A source of one build; None where its kind has no such setting."""

    type: str
    location: str | None
    version: str | None
    clone_depth: int | None
    fetch_submodules: bool | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What the server shows beside a commit; None leaves it to CodeBuild."""

    context: str | None
    target_url: str | None


@dataclass(frozen=True, slots=True)
class ProjectArtifact:
    """Where an artifact lies in the bucket, below its build's own folder; None where it does not lie there."""

    type: str
    name: str | None = None
    packaging: str | None = None
    namespace_type: str | None = None
    override_name: bool | None = None


@dataclass(frozen=True, slots=True)
class SecondaryArtifactContext:
    """One more artifact, in the folder of the first."""

    packaging: str


@dataclass(frozen=True, slots=True)
class ProjectBatch:
    """How far batches may go."""

    timeout_minutes: int
    combine_artifacts: bool
    max_builds: int
    compute_types: list[str]


@dataclass(frozen=True, slots=True)
class ProjectFleet:
    """Reserved machines of one build; `max_capacity` is None where they do not scale."""

    name: str
    base_capacity: int
    max_capacity: int | None
    target_utilization: int
    overflow_behavior: str


@dataclass(frozen=True, slots=True)
class ProjectFileSystem:
    """One mount of an EFS file system."""

    location: str
    mount_point: str
    mount_options: str | None


def own_source(spec: EnvironmentSpec, key: str) -> ProjectSource | None:
    """Derive the source of a build that has one of its own; None where it reads the stack's."""
    if key in pipeline_builds(spec):
        # Even where it clones the repository for its history: the pipeline tells it which.
        return ProjectSource("CODEPIPELINE", location=None, version=None, clone_depth=None, fetch_submodules=None)
    build, source = spec.builds[key], source_of(spec, key)
    if listens_anywhere(build):
        return ProjectSource(
            SOURCE_TYPES[source.type],
            ANY_REPOSITORY,
            version=None,
            clone_depth=source.clone_depth,
            fetch_submodules=source.submodules,
        )
    if build.source is None:
        return None
    return ProjectSource(
        SOURCE_TYPES[source.type], source.location, source.version, source.clone_depth, source.submodules
    )


def secondary_source(source: SecondarySource) -> ProjectSource:
    """Derive one more source."""
    if source.type == "s3":
        return ProjectSource("S3", source.object, version=None, clone_depth=None, fetch_submodules=None)
    return ProjectSource(
        SOURCE_TYPES[source.type],
        source.repository,
        source.branch,
        source.clone_depth,
        submodules_of(source.type, asked=source.submodules),
    )


def signs_in(spec: EnvironmentSpec, key: str) -> bool:
    """Tell whether a build needs the stack's way to sign in: it reads from the server that this is for."""
    return key not in pipeline_builds(spec) and same_server(spec, key)


def artifact(spec: EnvironmentSpec, key: str) -> ProjectArtifact | None:
    """Derive the first artifact; None where it is as most builds': an archive below the build's ID."""
    build = spec.builds[key]
    if key in pipeline_builds(spec):
        return ProjectArtifact("CODEPIPELINE")
    if build.runner or build.artifact.type == "none":
        # What a runner makes is the workflow's.
        return ProjectArtifact("NO_ARTIFACTS")
    own = build.artifact
    if not own.model_dump(exclude_defaults=True, exclude={"directory", "exclude", "discard_paths"}):
        return None
    return ProjectArtifact(
        type="S3",
        name=own.name,
        packaging=own.packaging.upper(),
        namespace_type="BUILD_ID" if own.per_build else "NONE",
        override_name=own.name_from_buildspec or own.computed_name is not None,
    )


def secondary_artifacts(build: Build) -> dict[str, SecondaryArtifactContext]:
    """Derive the other artifacts, by their identifier."""
    return {
        name: SecondaryArtifactContext(each.packaging.upper())
        for name, each in sorted(build.secondary_artifacts.items())
    }


def batch(build: Build) -> ProjectBatch | None:
    """Derive the limits of batches; None where the build has none."""
    if build.batch is None:
        return None
    return ProjectBatch(
        timeout_minutes=build.batch.timeout,
        combine_artifacts=build.batch.combine_artifacts,
        max_builds=build.batch.max_builds,
        compute_types=[compute(name).type for name in build.batch.compute_allowed],
    )


def fleet(build: Build, name: str) -> ProjectFleet | None:
    """Derive the fleet that the stack makes for a build; None where it makes none."""
    own = build.fleet
    if own is None or own.arn is not None:
        return None
    return ProjectFleet(
        name=name,
        base_capacity=own.machines,
        max_capacity=own.max_machines,
        target_utilization=own.target_utilization,
        overflow_behavior=own.overflow.upper(),
    )


def file_systems(build: Build, names: Names) -> dict[str, ProjectFileSystem]:
    """Derive the mounts, by their identifier."""
    return {
        name: ProjectFileSystem(
            location=f"{each.id}.efs.{names.region}.{names.dns_suffix}:{each.directory}",
            mount_point=each.mount_point,
            mount_options=each.mount_options,
        )
        for name, each in sorted(build.file_systems.items())
    }
