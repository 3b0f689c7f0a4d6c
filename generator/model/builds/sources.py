"""Where a build's code comes from: the stack's source, and what the build says differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec

# Kinds of source that no Git server holds.
NOT_GIT: Final = ("s3", "none")
# The provider, up to 5.100, passes no word about submodules on for these, and then finds it missing in every plan.
NO_SUBMODULES: Final = frozenset({"bitbucket", "gitlab"})


@dataclass(frozen=True, slots=True)
class CodeSource:
    """One source of code, in the spec's words.

    Attributes:
        type: kind of server.
        location: address of the repository, or bucket and key of an archive; None where there is no source.
        version: branch, tag or commit; None for what is no repository.
        clone_depth: commits to clone; None for what is no repository.
        submodules: whether they are fetched; None where nothing can be said about it.
    """

    type: str
    location: str | None
    version: str | None
    clone_depth: int | None
    submodules: bool | None


def source_of(spec: EnvironmentSpec, build: str) -> CodeSource:
    """Return the source of a build: each key that it does not say itself is that of the stack."""
    shared, own = spec.source, spec.builds[build].source
    if own is None:
        submodules = submodules_of(shared.type, asked=shared.submodules)
        return CodeSource(shared.type, shared.repository, shared.branch, shared.clone_depth, submodules)
    kind = own.type or shared.type
    if kind in NOT_GIT:
        return CodeSource(kind, own.object, version=None, clone_depth=None, submodules=None)
    return CodeSource(
        type=kind,
        location=own.repository or shared.repository,
        version=own.branch or shared.branch,
        clone_depth=shared.clone_depth if own.clone_depth is None else own.clone_depth,
        submodules=submodules_of(kind, asked=shared.submodules if own.submodules is None else own.submodules),
    )


def submodules_of(kind: str, *, asked: bool) -> bool | None:
    """Return whether submodules are fetched; None for a kind of server for which nothing can be said about it."""
    return None if kind in NO_SUBMODULES else asked
