"""`tfstencil where`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from generator.assembled import assemble
from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.display import visible
from generator.errors import UsageError
from generator.operations.inputs.assembly import Assembly
from generator.parts.framework.origins import origins_of
from generator.provenance.lines import locate, trace
from generator.reports.style import styled

if TYPE_CHECKING:
    from generator.provenance.context_keys import SpecOrigin
    from generator.provenance.lines import LineOrigin
    from generator.workspace import Workspace

_POSITION: Final = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::\d+)?)?")


@dataclass(frozen=True, slots=True)
class Position:
    """What was asked for.

    Attributes:
        environment: its name.
        path: of the file, relative to the environment's folder.
        line: 1-based; None for every line.
    """

    environment: str
    path: str
    line: int | None


@click.command(
    "where",
    cls=Command,
    short_help="Tell which template line and which spec line made a line of Terraform.",
    example="tfstencil where modules_out/prod/main.tf:42",
)
@click.argument("position", metavar="FILE[:LINE]")
@with_session
def command(session: Session, position: str) -> int:
    """Tell where a line of a rendered file comes from: the template line, and the values of the spec that it shows.

    FILE is a file below modules_out. Without LINE, every line is told. What is told is of a fresh render: where the
    file is stale or was edited, its lines may be others.
    """
    workspace = session.workspace()
    target = _target(workspace, session.folder, position)
    assembly = Assembly(workspace)
    (environment,) = assembly.load([target.environment], alone=True)
    made = assemble(assembly.engine, environment)
    origins = trace(assembly.engine, made.stack, target.path)
    text = made.files[target.path].split("\n")
    if target.line is not None and not 1 <= target.line <= len(origins):
        raise UsageError(f"{target.path} has {len(origins)} lines", hint=f"name a line from 1 to {len(origins)}")
    chosen = origins if target.line is None else [origins[target.line - 1]]
    known = origins_of(made.stack.catalog)
    found = [(origin, text[origin.line - 1], locate(origin, environment.merged, known)) for origin in chosen]
    shown = f"{workspace.relative(workspace.modules_out / target.environment)}/{target.path}"
    session.console.document(
        {"ok": True, "file": shown, "lines": [_as_data(origin, line, places) for origin, line, places in found]}
    )
    for origin, line, places in found:
        _show(session, f"{shown}:{origin.line}", origin, line, places)
    return 0


def _target(workspace: Workspace, folder: Path, position: str) -> Position:
    found = _POSITION.fullmatch(position)
    named = Path(found["file"] if found else position)
    # As a person types it: from where they are, from the workspace, or from modules_out.
    bases = (Path.cwd(), folder.absolute(), workspace.modules_out)
    for path in (base / named for base in bases):
        if path.is_file() and path.resolve().is_relative_to(workspace.modules_out.resolve()):
            parts = path.resolve().relative_to(workspace.modules_out.resolve()).parts
            if len(parts) > 1:
                line = int(found["line"]) if found and found["line"] else None
                return Position(workspace.select([parts[0]])[0], "/".join(parts[1:]), line)
    raise UsageError(
        f"{named} is no file of an environment in {workspace.relative(workspace.modules_out)}",
        hint="name one as in modules_out/dev/main.tf:42; tfstencil render makes them",
    )


def _as_data(origin: LineOrigin, text: str, places: list[SpecOrigin]) -> dict[str, object]:
    return {
        "line": origin.line,
        "text": text,
        "template": {"file": origin.template.file, "line": origin.template.line},
        "spec": [
            {
                "key": place.key,
                "file": place.place.file,
                "line": place.place.line,
                "column": place.place.column,
                "written": place.exact,
            }
            for place in places
        ],
    }


def _show(session: Session, where: str, origin: LineOrigin, text: str, places: list[SpecOrigin]) -> None:
    show = session.console.show
    show(f"{styled(where, bold=True)}  {visible(text)}")
    show(f"  template  {origin.template.file}:{origin.template.line}")
    for place in places:
        note = "" if place.exact else "  (not written; it would stand here)"
        show(f"  spec      {place.place}  {styled(visible(place.key), color='cyan')}{note}")
