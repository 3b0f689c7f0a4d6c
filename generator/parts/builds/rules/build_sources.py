"""Rules of what a build reads beside its repository, and of what it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.builds.sources import NOT_GIT, source_of
from generator.model.rules.finding import Finding
from generator.parts.connection.source_rules import address, submodules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build


_OF_GIT: Final = ("repository", "branch", "clone_depth", "submodules")
_SILENT: Final = {"codecommit": "CodeCommit shows none", "s3": "a bucket shows none", "none": "the build has no source"}


def build_sources(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Secondary sources name real repositories; batches and reports have what they need."""
    for name, build in spec.builds.items():
        at: Path = ("builds", name)
        yield from _own(at, build, spec)
        yield from _secondary(at, build, spec.environment_class)
        if build.batch is not None and build.phases is not None:
            message = "is described by the `batch` part of a buildspec in the repository, and this build has phases"
            yield Finding(
                (*at, "batch"), message, "move the commands into a buildspec, or remove batch", "batch-phases"
            )
        kind = source_of(spec, name).type
        if build.commit_status is not None and kind in _SILENT:
            yield Finding((*at, "commit_status"), f"nobody hears it: {_SILENT[kind]}", "remove it", "commit-status")
        if build.badge and kind in NOT_GIT:
            message = "shows the state of a branch, and the build has no repository"
            yield Finding((*at, "badge"), message, "remove it", "badge-source")


def _own(at: Path, build: Build, spec: EnvironmentSpec) -> Iterator[Finding]:
    source, path = build.source, (*at, "source")
    if source is None:
        return
    kind, form = source.type or spec.source.type, "add repository: https://…"
    if kind == "none" and build.phases is None:
        message = "leaves the build without a buildspec: there is no repository that could hold one"
        yield Finding((*path, "type"), message, "add phases, or name a source", "no-source-no-phases")
    if kind == "s3" and source.object is None:
        yield Finding(path, "must say its object", "add object: bucket/key", "build-source")
    if kind not in NOT_GIT and kind != spec.source.type and source.repository is None:
        yield Finding(path, f"must say its repository: the stack's is of type {spec.source.type}", form, "build-source")
    unfit = ("object",) if kind not in NOT_GIT else _OF_GIT if kind == "s3" else ("object", *_OF_GIT)
    for key in unfit:
        if getattr(source, key) is not None:
            yield Finding((*path, key), f"does not go with type {kind}", "remove it, or the type", "build-source")
    if source.repository is not None and kind not in NOT_GIT:
        yield from address((*path, "repository"), kind, source.repository, spec.environment_class)
    yield from submodules(path, kind, asked=bool(source.submodules))


def _secondary(at: Path, build: Build, environment_class: str) -> Iterator[Finding]:
    for name, source in build.secondary_sources.items():
        path: Path = (*at, "secondary_sources", name)
        wanted, other = ("object", "repository") if source.type == "s3" else ("repository", "object")
        yield from submodules(path, source.type, asked=source.submodules)
        if getattr(source, wanted) is None:
            yield Finding(path, f"must say its {wanted}", f"add {wanted}: …", "secondary-source")
        if getattr(source, other) is not None:
            message = f"does not go with type {source.type}"
            yield Finding((*path, other), message, f"remove it, and add {wanted}: …", "secondary-source")
        elif source.repository is not None:
            yield from address((*path, "repository"), source.type, source.repository, environment_class)
        for key in sorted(source.model_fields_set & {"branch", "clone_depth", "submodules"}):
            if source.type == "s3":
                yield Finding(
                    (*path, key),
                    "does not go with type s3: an archive is not a repository",
                    f"remove {key}",
                    "secondary-source",
                )
