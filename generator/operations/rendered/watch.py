"""Watch: check and render now, and at each change of a spec or a template."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import TfstencilError
from generator.model.folder import judge_folder, judge_root
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.file_watcher import changes
from generator.output.beside import foreign_files
from generator.output.destination import Destination
from generator.output.writing.writer import write_all
from generator.rendering.overrides import judge_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WatchPass:
    """What came of one look at specs and templates.

    Attributes:
        names: environments that were checked.
        written: files, as a person in the workspace would type them.
        warnings: what lies beside that is not read, and what the writer tells.
        error: why nothing was written.
        milliseconds: how long it took.
    """

    names: Sequence[str] = ()
    written: Sequence[str] = ()
    warnings: Sequence[str] = ()
    error: TfstencilError | None = None
    milliseconds: float = 0.0


def watch(workspace: Workspace, patterns: Sequence[str] = ()) -> Iterator[WatchPass]:
    """Check and render environments, again and again; it ends with whoever asks for no more.

    Args:
        workspace: where.
        patterns: names and globs of environments; none for all.

    Yields:
        What came of each pass. What is wrong is among it, and the watching goes on.
    """
    yield _pass(workspace, patterns)
    _warm(workspace, patterns)
    for _ in changes([workspace.environments, *workspace.template_folders]):
        yield _pass(workspace, patterns)


def _pass(workspace: Workspace, patterns: Sequence[str]) -> WatchPass:
    begin = time.perf_counter()
    names: Sequence[str] = ()
    written: Sequence[str] = ()
    warnings: Sequence[str] = ()
    error: TfstencilError | None = None
    try:
        names = workspace.select(patterns)
        written, warnings = _render(workspace, names)
    except TfstencilError as wrong:
        error = wrong
    return WatchPass(names, written, warnings, error, 1000 * (time.perf_counter() - begin))


def _warm(workspace: Workspace, patterns: Sequence[str]) -> None:
    """Import and compile now what the first change will need, so that it is answered as fast as the others."""
    assembly = Assembly(workspace)
    with suppress(TfstencilError):
        assembly.render(assembly.load(workspace.select(patterns)[:1]))


def _render(workspace: Workspace, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what was written, and what there is to warn of."""
    assembly = Assembly(workspace)
    changed = assembly.changed(names)
    rendered = assembly.render(assembly.load(changed)) if changed else []
    report = write_all(workspace, rendered)
    written = [
        workspace.relative(workspace.modules_out / item.name / path)
        for item in report.environments
        for path in (*item.created, *item.changed, *item.pruned)
        if not path.startswith(".")
    ]
    found = {item.name: item.foreign for item in report.environments}
    lying = foreign_files(Destination.of(workspace), names, found)
    problems = (*judge_root(workspace), *judge_folder(workspace), *judge_templates(workspace))
    return written, [*map(str, problems), *lying, *report.warnings]
