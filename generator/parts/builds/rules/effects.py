"""Rules of keys that would change nothing where they stand: AWS has no such setting there, or another key decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute
from generator.model.builds.caches import cache_of, why_not_local
from generator.model.builds.sign_in import HOSTED
from generator.model.builds.sources import source_of
from generator.model.builds.starts import listens_anywhere, pipeline_builds, reads_source
from generator.model.rules.finding import Finding
from generator.parts.builds.section.artifact import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build

_OF_RUNNER: Final = "a runner keeps no artifact: what a workflow makes, its own steps keep"
_USUAL: Final = Artifact()
_FORM: Final = ("packaging", "name", "name_from_buildspec", "computed_name", "per_build")

_CONTENT: Final = ("directory", "exclude", "discard_paths")


def effects(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each key of a build and of the stack's source changes something."""
    for name, build in spec.builds.items():
        at: Path = ("builds", name)
        yield from _artifact(at, build, in_pipeline=name in pipeline_builds(spec))
        yield from _cache(at, build, spec)
        if build.names and build.names.batch_role is not None and build.batch is None:
            message = "there is no such role: the build runs no batches"
            yield Finding((*at, "names", "batch_role"), message, "remove it, or add batch: {}", "name-of-nothing")
        yield from _source(at, name, spec)
    yield from _clone(spec)
    if spec.artifacts.archive_after_days is None and "archive_storage_class" in spec.artifacts.model_fields_set:
        yield Finding(
            ("artifacts", "archive_storage_class"),
            "changes nothing: no object is ever archived",
            "add archive_after_days, or remove it",
            "archive-class",
            "warning",
        )


def _artifact(at: Path, build: Build, *, in_pipeline: bool) -> Iterator[Finding]:
    """Where the artifact does not lie in the bucket, nothing can be said about how it does."""
    own = build.artifact
    if reason := _why_none(build, in_pipeline=in_pipeline):
        for key in _FORM:
            if getattr(own, key) != getattr(_USUAL, key):
                yield Finding((*at, "artifact", key), reason, f"remove {key}", "no-own-artifact")
    elif own.name_from_buildspec and build.phases is not None:
        message = "the buildspec is made from phases, and names no artifact"
        yield Finding(
            (*at, "artifact", "name_from_buildspec"), message, "say artifact.name instead", "name-from-buildspec"
        )
    for key in _CONTENT if build.runner or own.type == "none" else ():
        if getattr(own, key) != getattr(_USUAL, key):
            reason = _why_none(build, in_pipeline=False)
            yield Finding((*at, "artifact", key), reason, f"remove {key}", "no-own-artifact")
    for key in ("artifact_files", "secondary_artifacts") if build.runner else ():
        if getattr(build, key):
            yield Finding((*at, key), _OF_RUNNER, f"remove {key}", "runner-artifact")


def _why_none(build: Build, *, in_pipeline: bool) -> str:
    """Say why a build leaves no artifact of its own in the bucket; "" where it does."""
    if build.runner:
        return _OF_RUNNER
    if in_pipeline:
        return "the pipeline takes the artifact, and names and packs it itself"
    return "there is no artifact: artifact.type is none" if build.artifact.type == "none" else ""


def _cache(at: Path, build: Build, spec: EnvironmentSpec) -> Iterator[Finding]:
    if build.cache_paths and cache_of(spec, build) == "none":
        where = why_not_local(spec, build)
        why = f"CodeBuild has no local cache with {where}" if build.cache == "local" else "cache is none"
        if compute(build.compute).family == "lambda":
            why = "a build on Lambda has no cache"
        yield Finding((*at, "cache_paths"), f"nothing keeps them: {why}", "remove them, or use a cache", "no-cache")


def _source(at: Path, name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A build that listens to many repositories builds the one that an event comes from."""
    build = spec.builds[name]
    own = build.source
    if own is None or not listens_anywhere(build):
        return
    unused = ["branch"] if own.branch is not None and build.runner else []
    kind = source_of(spec, name).type
    if own.repository is not None and kind == spec.source.type and kind not in HOSTED:
        unused.append("repository")
    for key in unused:
        message = "the build reads the repository that an event comes from, in the version that it names"
        yield Finding((*at, "source", key), message, f"remove {key}", "source-of-events")


def _clone(spec: EnvironmentSpec) -> Iterator[Finding]:
    """Where the pipeline hands over the files, no build clones the repository of the stack."""
    cloning = [
        name
        for name in spec.builds
        if name not in pipeline_builds(spec) and source_of(spec, name).clone_depth is not None
    ]
    if cloning:
        return
    for key in ("clone_depth", "submodules"):
        if key in spec.source.model_fields_set:
            by_pipeline = any(not reads_source(spec, name) for name in spec.builds)
            hint = "remove it, or set pipeline.full_clone: true for the whole history" if by_pipeline else "remove it"
            yield Finding(("source", key), "no build clones the repository by itself", hint, "no-clone")
