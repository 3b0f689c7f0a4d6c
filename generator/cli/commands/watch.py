"""`tfstencil watch`."""

from __future__ import annotations

import sys
import time
from contextlib import suppress

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.display import one_line, plural, visible
from generator.errors import SpecError, TfstencilError, UsageError
from generator.model.folder import judge_folder, judge_root
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.file_watcher import changes
from generator.output.beside import foreign_files
from generator.output.destination import Destination
from generator.output.writing.writer import write_all
from generator.problems import count_line
from generator.rendering.overrides import judge_templates
from generator.reports.problems.lines import CAP, problem_lines
from generator.reports.style import styled

_CLEAR = "\x1b[2J\x1b[H"


@click.command(
    "watch",
    cls=Command,
    short_help="Check and render at each save, while you edit.",
    example="tfstencil watch dev",
)
@environments_argument(affected=False)
@with_session
def command(session: Session, patterns: tuple[str, ...]) -> int:
    """Check and render ENV... (by default all) now and at each change of a spec or a template, until Ctrl-C.

    Problems stand on the screen until they are gone; as long as there is one, nothing is written.
    """
    if session.console.json:
        raise UsageError("watch never ends, so it has no one JSON document", hint="use tfstencil validate --json")
    workspace = session.workspace()
    folders = [workspace.environments, *workspace.template_folders]
    _pass(session, patterns)
    _warm(session, patterns)
    try:
        for _ in changes(folders):
            _pass(session, patterns)
    except KeyboardInterrupt:
        session.console.note("")
    return 0


def _pass(session: Session, patterns: tuple[str, ...]) -> None:
    """Check and render once; whatever is wrong is shown, and the watching goes on."""
    console = session.console
    if sys.stdout.isatty():
        console.show(_CLEAR)
    begin = time.perf_counter()
    try:
        result = _render(session, patterns)
    except SpecError as error:
        for line in problem_lines(error.problems, cap=CAP):
            console.show(line)
        result = styled(count_line(error.problems), color="red")
    except TfstencilError as error:
        result = styled(visible(str(error)), color="red") + (f"\n{visible(error.hint)}" if error.hint else "")
    milliseconds = 1000 * (time.perf_counter() - begin)
    console.show(f"{time.strftime('%H:%M:%S')}  {result}  ({milliseconds:.0f} ms)")


def _warm(session: Session, patterns: tuple[str, ...]) -> None:
    """Import and compile now what the first change will need, so that it is answered as fast as the others."""
    assembly = Assembly(session.workspace())
    with suppress(TfstencilError):
        assembly.render(assembly.load(assembly.workspace.select(patterns)[:1]))


def _render(session: Session, patterns: tuple[str, ...]) -> str:
    workspace = session.workspace()
    assembly = Assembly(workspace)
    names = workspace.select(patterns)
    changed = assembly.changed(names)
    rendered = assembly.render(assembly.load(changed)) if changed else []
    report = write_all(workspace, rendered)
    written = [
        workspace.relative(workspace.modules_out / item.name / path)
        for item in report.environments
        for path in (*item.created, *item.changed, *item.pruned)
        if not path.startswith(".")
    ]
    for path in written:
        session.console.show(f"  {path}")
    found = {item.name: item.foreign for item in report.environments}
    lying = foreign_files(Destination.of(workspace), names, found)
    problems = (*judge_root(workspace), *judge_folder(workspace), *judge_templates(workspace))
    for line in (*map(str, problems), *lying, *report.warnings):
        session.console.show(f"  {styled('warning', color='yellow')} {one_line(line)}")
    fine = styled(f"{plural(len(names), 'environment')} fine", color="green")
    return f"{fine}, {plural(len(written), 'file')} written"
