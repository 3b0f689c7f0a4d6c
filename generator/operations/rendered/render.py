"""Render: specs to `modules_out/`, or what a render would change there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from generator.errors import TfstencilError
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.unread import selected, warn_of_foreign, warn_of_unread
from generator.output.beside import foreign_files
from generator.output.destination import Destination
from generator.output.difference import unified_diff
from generator.output.freshness.check import compare
from generator.output.freshness.up_to_date import known_foreign
from generator.output.parallel.two_processes import pays, write_in_pair
from generator.output.writing.prune import prune_removed
from generator.output.writing.writer import write_all

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from generator.operations.run import Run
    from generator.output.freshness.check import Stale
    from generator.output.rendered import RenderedEnvironment
    from generator.output.report import WriteReport
    from generator.output.writing.prune import PruneReport
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What is to be rendered.

    Attributes:
        patterns: names and globs of environments; none for all.
        out: another folder than `modules_out/`.
        force: overwrite files that were edited by hand or are not ours.
        diff: say what changes, as a unified diff.
    """

    patterns: Sequence[str] = ()
    out: Path | None = None
    force: bool = False
    diff: bool = False


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What was written.

    Attributes:
        names: environments that were asked for.
        skipped: those of them in which nothing had changed.
        report: what was written of the others.
        diff: lines of a unified diff, where one was wanted.
        folder: what was written to.
    """

    names: Sequence[str]
    skipped: Sequence[str]
    report: WriteReport
    diff: Sequence[str]
    folder: Path


@dataclass(frozen=True, slots=True)
class FreshnessResult:
    """What a render would write otherwise.

    Attributes:
        names: environments that were looked at.
        stale: files that are not as a render would write them.
        diff: lines of a unified diff, where one was wanted.
    """

    names: Sequence[str]
    stale: Sequence[Stale]
    diff: Sequence[str]


def render(run: Run, request: RenderRequest) -> RenderResult:
    """Render environments: all of them before the first is replaced.

    Args:
        run: the call.
        request: what was asked for.

    Raises:
        TfstencilError: with all that is wrong; nothing was written.
    """
    assembly, names = _begin(run, request)
    workspace, out = run.workspace, request.out
    changed = assembly.changed(names)
    if not changed:
        assembly.require_unclaimed(names)
    report, lines = None if request.diff else _in_pair(run, assembly, changed, names, force=request.force), []
    if report is None:
        rendered = _rendered(run, assembly, changed, names)
        lines = list(unified_diff(workspace, rendered, out=out)) if request.diff else []
        report = write_all(workspace, rendered, force=request.force, out=out)
    report = replace(report, warnings=(*report.warnings, *_foreign(assembly, names, report)))
    folder = out.absolute() if out else workspace.modules_out
    return RenderResult(names, sorted(set(names) - set(changed)), report, lines, folder)


def check_freshness(run: Run, request: RenderRequest) -> FreshnessResult:
    """Render environments and compare them with what is there; nothing is written.

    Args:
        run: the call.
        request: what was asked for.

    Raises:
        TfstencilError: with all that is wrong.
    """
    assembly, names = _begin(run, request)
    rendered = _rendered(run, assembly, names, names)
    warn_of_foreign(run.reporter, run.workspace, names, request.out)
    stale = compare(run.workspace, rendered, out=request.out)
    lines = list(unified_diff(run.workspace, rendered, out=request.out)) if request.diff else []
    return FreshnessResult(names, stale, lines)


def prune(workspace: Workspace, request: RenderRequest) -> PruneReport:
    """Delete the modules of environments whose spec is gone.

    Args:
        workspace: where.
        request: names of such environments; none for all.
    """
    Destination.of(workspace, request.out).require_room(force=request.force)
    # Their specs are gone, so that the names cannot be those of environments.
    return prune_removed(workspace, list(request.patterns) or None, force=request.force)


def _begin(run: Run, request: RenderRequest) -> tuple[Assembly, list[str]]:
    Destination.of(run.workspace, request.out).require_room(force=request.force)
    names = selected(run.workspace, request.patterns)
    warn_of_unread(run.reporter, run.workspace, names)
    return Assembly(run.workspace, request.out), names


def _rendered(run: Run, assembly: Assembly, names: Sequence[str], chosen: Sequence[str]) -> list[RenderedEnvironment]:
    if not names:
        return []
    with run.reporter.progress("rendering", total=len(names)) as steps:
        return assembly.render(assembly.load(names, beside=chosen), steps)


def _foreign(assembly: Assembly, names: Sequence[str], report: WriteReport) -> Iterator[str]:
    # The render has looked at every folder: none is listed once more for this.
    destination = Destination.of(assembly.workspace, assembly.out)
    found = {item.name: item.foreign for item in report.environments}
    return foreign_files(destination, names, known_foreign(destination) | found)


def _in_pair(
    run: Run, assembly: Assembly, names: Sequence[str], chosen: Sequence[str], *, force: bool
) -> WriteReport | None:
    """Render and write in two processes; None where one has to do it, or to say what is wrong."""
    if not pays(len(names)):
        return None
    try:
        stream = assembly.stream()
    except TfstencilError:
        return None

    def shown(taken: Iterable[str]) -> Generator[RenderedEnvironment]:
        places, done = {name: place for place, name in enumerate(names, 1)}, 0
        with run.reporter.progress("rendering", total=len(names)) as steps:
            for environment in stream(taken):
                # Both processes take names in their order: what stands before this one is done, or nearly so.
                steps.advance(places[environment.name] - done)
                done = places[environment.name]
                yield environment

    agree = partial(assembly.agree, beside=chosen)
    return write_in_pair(assembly.workspace, names, stream, shown, agree=agree, force=force, out=assembly.out)
