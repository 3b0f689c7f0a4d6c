"""The catalog of a workspace: our parts, and those that it brings itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.parts.catalog import OURS, Catalog
from generator.parts.own.sources.files import digest_of
from generator.parts.own.sources.folders import LOCK_FILE, PARTS, misplaced, part_folders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.parts.framework.part import Part
    from generator.parts.own.file.reading import PartSource
    from generator.problems import Problem
    from generator.workspace import Workspace

    Stamp = tuple[tuple[str, int, int], ...]

# By workspace: what its parts looked like, and what they came to. A thousand environments ask, and a watch goes on.
_KNOWN: Final[dict[Path, tuple[Stamp, Catalog]]] = {}


def workspace_catalog(workspace: Workspace) -> Catalog:
    """Return the parts that the specs of a workspace can use.

    Raises:
        SpecError: with every mistake in every part of its own.
    """
    if not (workspace.root / PARTS).is_dir() and not (workspace.root / LOCK_FILE).is_file():
        return OURS
    stamp = _stamp(workspace)
    known = _KNOWN.get(workspace.root)
    if known is None or known[0] != stamp:
        catalog, problems = judge_parts(workspace)
        if problems:
            raise SpecError(problems)
        known = _KNOWN[workspace.root] = (stamp, catalog)
    return known[1]


def judge_parts(workspace: Workspace) -> tuple[Catalog, list[Problem]]:
    """Read the parts of a workspace.

    Returns:
        What could be used, and every mistake in the others.
    """
    # Only where a workspace has parts: Jinja's parser takes its time, and what reads them imports who imports this.
    from generator.parts.own.file.reading import read_part  # noqa: PLC0415  # see above
    from generator.parts.own.sources.lock import read_lock  # noqa: PLC0415  # see above

    problems: list[Problem] = []
    sources: list[PartSource] = []
    for folder in part_folders(workspace):
        wrong = list(misplaced(workspace, folder))
        problems += wrong
        if not wrong:
            sources.append(read_part(folder, workspace.relative(folder)))
    lock, found = read_lock(workspace)
    problems += found
    for source in sources:
        wanted = lock.allow.get(source.folder.name)
        source.is_allowed = wanted is not None and wanted == digest_of(source.folder)
    packages, found = _of_packages(workspace, list(lock.packages)) if lock.packages else ([], [])
    problems += found
    catalog = Catalog((*OURS.parts, *packages)) if packages else OURS
    catalog, more = _compiled(sources, catalog)
    return catalog, [*problems, *more]


def _compiled(sources: Sequence[PartSource], known: Catalog) -> tuple[Catalog, list[Problem]]:
    """Compile parts, each after those that it requires."""
    from generator.parts.own.compilation import compile_part  # noqa: PLC0415  # see `judge_parts`

    waiting, catalog = list(sources), known
    while waiting:
        ready = [source for source in waiting if not _awaits(source, waiting)]
        if not ready:
            for source in waiting:
                source.fault(("requires", "parts"), "goes round in a circle", "let one of them require no other")
            break
        for source in ready:
            waiting.remove(source)
            part = compile_part(source, catalog)
            if part is not None:
                catalog = Catalog((*catalog.parts, part))
    return catalog, [problem for source in sources for problem in source.problems]


def _awaits(source: PartSource, waiting: Sequence[PartSource]) -> bool:
    wanted = source.says.requires.parts if source.says else ()
    others = (other.says for other in waiting if other is not source and other.says)
    return any((other.section or other.part.replace("-", "_")) in wanted for other in others)


def _of_packages(workspace: Workspace, wanted: Sequence[str]) -> tuple[list[Part], list[Problem]]:
    from generator.parts.own.sources.packages import parts_of_packages  # noqa: PLC0415  # only where the lock names one

    return parts_of_packages(workspace, wanted)


def _stamp(workspace: Workspace) -> Stamp:
    """Return what all files of the parts look like."""
    files = [path for folder in part_folders(workspace) for path in sorted(folder.rglob("*"))]
    seen: list[tuple[str, int, int]] = []
    for path in (workspace.root / LOCK_FILE, workspace.root / PARTS, *files):
        try:
            found = path.lstat()
        except OSError:
            continue
        seen.append((str(path), found.st_mtime_ns, found.st_size))
    return tuple(seen)
