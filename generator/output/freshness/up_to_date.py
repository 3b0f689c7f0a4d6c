"""Which environments need no render, told by looks (stat) where these can be trusted, and by digests where not.

A look is trusted only if every file was last touched before we began to look: a file that changed in the same tick of
the clock may change once more without a trace. (Git treats racy files so.)
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generator.output.beside import foreign_in
from generator.output.destination import Destination
from generator.output.freshness.background_stat import are_same
from generator.output.freshness.fingerprint import fingerprint_of, seen_in
from generator.output.freshness.index import FreshnessIndex, IndexedEnvironment
from generator.output.manifest import MANIFEST
from generator.output.ownership import FileState, examine
from generator.output.rendered import digest
from generator.output.tree import read, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from generator.output.rendered import Inputs, SourceFile
    from generator.output.tree import Signature
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CurrentEnvironment:
    """An environment that a render has just found or made current.

    Attributes:
        name: the environment.
        inputs: what it was rendered from.
        manifest: SHA-256 of its manifest's bytes.
        seen: signatures of all that its fingerprint is about, in that order: as they were written or linked, or,
            where nothing had to be written, as they were scanned before any file was read.
        moved: of these, what got another ctime when it was put in place: the folder itself, and what is linked. None
            where nothing had to be written.
        foreign: what else lies in its folder, and is somebody else's.
    """

    name: str
    inputs: Inputs
    manifest: str
    seen: Mapping[str, Signature]
    moved: tuple[str, ...] | None
    foreign: tuple[str, ...]


def unchanged(  # noqa: PLR0913  # everything that an environment's text depends on, and two choices
    workspace: Workspace,
    names: Sequence[str],
    *,
    templates: str,
    generator: str,
    out: Path | None = None,
    refresh: bool = True,
    meanwhile: Callable[[], None] | None = None,
) -> set[str]:
    """Find the environments whose specs, templates, generator and output are all as the last render left them.

    Args:
        workspace: where.
        names: environments to consider.
        templates: digest over the templates as they are now.
        generator: version of tfstencil.
        out: another output folder than `modules_out/`.
        refresh: remember what had to be digested because its look was not to be trusted.
        meanwhile: what can be done while another process looks at the output; called where some environment is sure
            to need a render.

    Returns:
        Those that need no reading, no rendering and no writing. An environment of which nothing is known is not
        among them.
    """
    destination = Destination.of(workspace, out)
    index = FreshnessIndex.load(destination.index)
    asked = {name: entry for name in names if (entry := index.entries.get(name))}
    look = _Look(destination, index, clock(destination) if asked and refresh else 0)
    origin = (templates, generator)
    known = {
        name: entry
        for name, entry in asked.items()
        if (entry.templates, entry.generator) == origin and all(map(look.is_same, entry.sources))
    }
    sights = [(destination.live(name), entry.shape, entry.fingerprint) for name, entry in known.items()]
    same = are_same(sights, meanwhile if len(known) < len(names) else None)
    current = {
        name
        for (name, entry), is_same in zip(known.items(), same, strict=True)
        if is_same or look.is_intact(name, entry)
    }
    if refresh and look.learnt:
        index.save(destination.index)
    return current


def remember(destination: Destination, verdicts: Sequence[CurrentEnvironment], start: int) -> None:
    """Enter environments into the index.

    Args:
        destination: where they lie.
        verdicts: what is known of them.
        start: the clock before the first of them was looked at.
    """
    if not verdicts:
        return
    index = FreshnessIndex.load(destination.index)
    look = _Look(destination, index, clock(destination))
    for verdict in verdicts:
        inputs = verdict.inputs
        origin = (inputs.templates, inputs.generator, inputs.sources, verdict.manifest)
        about = (look.recorded(verdict, start), tuple(verdict.seen), verdict.foreign)
        index.entries[verdict.name] = IndexedEnvironment(*origin, *about)
        for source in inputs.sources:
            look.is_same(source)
    index.save(destination.index)


def known_foreign(destination: Destination) -> dict[str, tuple[str, ...]]:
    """Return what lies in each environment's folder and is somebody else's, as `unchanged` has just found it."""
    return {name: entry.foreign for name, entry in FreshnessIndex.load(destination.index).entries.items()}


def clock(destination: Destination) -> int:
    """Return the file system's idea of now in nanoseconds: no file that is touched later gets an earlier stamp.

    Where nothing can be written it is 0, by which no look is trusted.
    """
    probe = destination.scratch / f"clock.{os.getpid()}"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b".")
        now = probe.stat().st_mtime_ns
        probe.unlink()
    except OSError:
        return 0
    return now


@dataclass(slots=True)
class _Look:
    """Looks at files, and keeps in the index what it learns."""

    destination: Destination
    index: FreshnessIndex
    now: int
    learnt: bool = False
    _seen: dict[SourceFile, bool] = field(default_factory=dict)

    def is_same(self, source: SourceFile) -> bool:
        """Tell whether a spec still is what it was; each is looked at once, however many environments share it."""
        known = self._seen.get(source)
        if known is None:
            known = self._seen[source] = self._compare(source)
        return known

    def is_intact(self, name: str, entry: IndexedEnvironment) -> bool:
        """Tell by digests whether an environment's folder holds what the render left there."""
        try:
            found = examine(self.destination.live(name), {})
        except OSError:
            return False
        # Nothing is wanted here, so that what is unedited counts as spent.
        listed = found.manifest.files if found.manifest else {}
        intact = found.paths(FileState.SPENT) == tuple(sorted(listed)) and not found.paths(FileState.STRAY)
        if not intact or digest(found.manifest_data or b"") != entry.manifest:
            return False
        seen = seen_in(found.tree, [*listed, MANIFEST])
        fingerprint = fingerprint_of(seen).if_older(self.now)
        foreign = foreign_in(found.tree, listed)
        self.index.entries[name] = replace(entry, fingerprint=fingerprint, shape=tuple(seen), foreign=foreign)
        self.learnt = True
        return True

    def recorded(self, verdict: CurrentEnvironment, start: int) -> str:
        """Return the fingerprint of a folder; "" if it is not what the verdict is about."""
        if verdict.moved is None:
            return fingerprint_of(verdict.seen).if_older(start)
        top = f"{self.destination.live(verdict.name)}/"
        try:
            again = {path: signature(os.lstat(top + path)) for path in verdict.moved}
        except OSError:
            return ""
        # All but the ctime, which moved when the folder was renamed, and that of a link when its old link went.
        if any(known[:4] != verdict.seen[path][:4] for path, known in again.items()):
            return ""
        return fingerprint_of({**verdict.seen, **again}).if_older(self.now)

    def _compare(self, source: SourceFile) -> bool:
        file = self.destination.workspace.root / source.file
        try:
            known = signature(file.stat())
            if self.index.stamps.get(source) == known:
                return True
            same = digest(read(str(file))) == source.sha256
        except OSError:
            return False
        if same and max(known[2], known[4]) < self.now:
            self.index.stamps[source] = known
            self.learnt = True
        return same
