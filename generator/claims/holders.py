"""Who claims what in a workspace: every environment that has a spec, and every removed one that has modules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from generator import __version__
from generator.claims.conflicts import ClaimOrigin, Conflict, Holder, conflicts
from generator.claims.index import WORTH_KEEPING, ClaimIndex, EnvironmentClaims, Look
from generator.errors import OutputError, TfstencilError
from generator.output.destination import Destination
from generator.output.digests import Digests
from generator.output.freshness.up_to_date import clock
from generator.output.manifest import MANIFEST, Manifest, parse
from generator.output.rendered import SourceFile, digest
from generator.output.writing.removal import removed_environments
from generator.parts.framework.claim_kinds import ARTIFACTS, BACKEND, FORMER, PRESENT, Parts, has_uses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.model.loading.load import Environment
    from generator.parts.framework.claim_kinds import ClaimText
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceClaims:
    """What was found out about a workspace.

    Attributes:
        holders: all environments, by name.
        conflicts: all pairs of claims that exclude each other.
    """

    holders: Mapping[str, Holder]
    conflicts: Sequence[Conflict]


def entry_of(environment: Environment, digests: Digests) -> EnvironmentClaims:
    """Return what an environment claims that was loaded."""
    from generator.claims.catalog import claims  # noqa: PLC0415  # the model: unchanged renders need none

    texts = tuple(sorted(text for text, _ in claims(environment.name, environment.spec)))
    return EnvironmentClaims(digests.of(environment.sources), texts)


def last_render(workspace: Workspace, name: str) -> tuple[EnvironmentClaims, Manifest] | None:
    """Return what an environment claimed when it was last rendered; None where nothing tells it."""
    file = workspace.modules_out / name / MANIFEST
    try:
        data = file.read_bytes()
        manifest = parse(data)
    except (OSError, OutputError):
        return None
    return EnvironmentClaims((SourceFile(workspace.relative(file), digest(data)),), manifest.claims), manifest


def find_out(workspace: Workspace, known: Callable[[], Mapping[str, EnvironmentClaims]]) -> WorkspaceClaims | None:
    """Find out who claims what.

    Args:
        workspace: where.
        known: returns what was just read; asked only where something has changed.

    Returns:
        What was found; None where nothing has changed since all claims agreed.
    """
    search = _Search(workspace)
    return None if search.is_settled else search.run(known())


class _Search:
    """One look at a whole workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._names = workspace.environment_names()
        self._removed = removed_environments(Destination.of(workspace))
        self._is_kept = len(self._names) >= WORTH_KEEPING
        self._index = ClaimIndex.load(workspace) if self._is_kept else ClaimIndex()
        now = clock(Destination.of(workspace)) if self._is_kept else 0
        self._look = Look(workspace, self._index.stamps, now)

    @property
    def is_settled(self) -> bool:
        """Whether nothing has changed since all claims agreed."""
        return self._index.agreed and self._current == {*self._names, *self._removed}

    def run(self, known: Mapping[str, EnvironmentClaims]) -> WorkspaceClaims:
        """Gather all claims and compare them, and keep what was learnt."""
        indexed = self._index.entries() if self._current else {}
        indexed = {name: indexed[name] for name in self._current if name in indexed}
        holders, kept = {}, {}
        for name, origin, entry in self._entries({**indexed, **known}):
            holders[name] = Holder(name, origin, entry.claims)
            if origin is not ClaimOrigin.RENDER:
                kept[name] = entry
        found = conflicts([*holders.values()])
        if self._is_kept:
            for source in {source for entry in kept.values() for source in entry.sources}:
                self._look.is_same(source)
            # With a spec that cannot be read, somebody is missing.
            agreed = not found and len(kept) == len(holders) == len({*self._names, *self._removed})
            ClaimIndex.save(self._workspace, kept, self._look.stamps, agreed=agreed)
        return WorkspaceClaims(holders, found)

    @cached_property
    def _current(self) -> set[str]:
        """The environments whose entries in the index still hold."""
        is_same = self._look.is_same
        current = {name for name, sources in self._index.files.items() if all(map(is_same, sources))}
        return current & {*self._names, *self._removed}

    def _entries(self, known: Mapping[str, EnvironmentClaims]) -> list[tuple[str, ClaimOrigin, EnvironmentClaims]]:
        found: list[tuple[str, ClaimOrigin, EnvironmentClaims]] = []
        unknown: list[str] = []
        for name in self._names:
            entry = known.get(name) or self._rendered(name)
            if entry:
                found.append((name, ClaimOrigin.SPEC, entry))
            else:
                unknown.append(name)
        found += self._read(unknown)
        for name in self._removed:
            entry = known.get(name)
            if entry is None and (last := last_render(self._workspace, name)):
                entry = last[0]
            if entry:
                found.append((name, ClaimOrigin.REMOVED, entry))
        return found

    def _rendered(self, name: str) -> EnvironmentClaims | None:
        """Return what an environment claimed when it was rendered, where it was rendered from its specs as they are."""
        last = last_render(self._workspace, name)
        if last is None:
            return None
        entry, manifest = last
        if not entry.claims or manifest.generator != __version__ or not all(map(self._look.is_same, manifest.sources)):
            return None
        return EnvironmentClaims(manifest.sources, entry.claims)

    def _read(self, names: Sequence[str]) -> list[tuple[str, ClaimOrigin, EnvironmentClaims]]:
        """Read specs; where one cannot be read, its last render tells what it claims."""
        if not names:
            return []
        from generator.model.loading.layers import SpecCache  # noqa: PLC0415  # see above
        from generator.model.loading.load import load_environment  # noqa: PLC0415  # the model: see `entry_of`

        cache, digests = SpecCache(), Digests(self._workspace)
        found: list[tuple[str, ClaimOrigin, EnvironmentClaims]] = []
        for name in names:
            try:
                entry = entry_of(load_environment(self._workspace, name, cache), digests)
                found.append((name, ClaimOrigin.SPEC, entry))
            except (TfstencilError, OSError):
                last = last_render(self._workspace, name)
                found.append((name, ClaimOrigin.RENDER, last[0] if last else EnvironmentClaims((), ())))
        return found


def claims_of_last_render(workspace: Workspace, name: str) -> tuple[ClaimText, ...]:
    """Return what an environment claimed when it was last rendered; nothing where it never was."""
    last = last_render(workspace, name)
    return last[0].claims if last else ()


def last_identity(workspace: Workspace, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the stack of an environment when it was last rendered, "" where nothing tells it, and what it was before.

    The folder of its modules bears the environment's name.
    """
    parts = [Parts.of(text) for text in claims_of_last_render(workspace, name) if has_uses(text)]
    stacks = [part.name.partition("/")[0] for part in parts if part.use == PRESENT]
    return next(iter(stacks), ""), tuple(part.name for part in parts if part.use == FORMER)


def names_claimed(workspace: Workspace) -> dict[str, frozenset[str]]:
    """Return the names that each environment claims for what it makes, in lower case."""
    found = _Search(workspace).run({})
    return {
        name: frozenset(Parts.of(text).name.lower() for text in holder.claims if not _is_shared(text))
        for name, holder in found.holders.items()
    }


def _is_shared(text: ClaimText) -> bool:
    return has_uses(text) and Parts.of(text).use not in {ARTIFACTS, BACKEND}
