"""Where: which line of a template, and which lines of specs, made a line of Terraform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.assembled import assemble
from generator.errors import UsageError
from generator.operations.inputs.assembly import Assembly
from generator.parts.framework.origins import origins_of
from generator.provenance.lines import locate, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.provenance.context_keys import SpecOrigin
    from generator.provenance.lines import LineOrigin
    from generator.workspace import Workspace

_POSITION: Final = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::\d+)?)?")


@dataclass(frozen=True, slots=True)
class TracedLine:
    """A line of a rendered file.

    Attributes:
        text: the line.
        origin: the line of the template.
        places: the values of the spec that it shows.
    """

    text: str
    origin: LineOrigin
    places: Sequence[SpecOrigin]


@dataclass(frozen=True, slots=True)
class WhereResult:
    """Lines of a rendered file.

    Attributes:
        file: as a person in the workspace would type it.
        lines: those that were asked for.
    """

    file: str
    lines: Sequence[TracedLine]


@dataclass(frozen=True, slots=True)
class _Asked:
    environment: str
    path: str
    line: int | None


def where(workspace: Workspace, position: str, folders: Sequence[Path] = ()) -> WhereResult:
    """Tell where lines of a rendered file come from, as a fresh render would have them.

    Args:
        workspace: where.
        position: `FILE` or `FILE:LINE`, a file below `modules_out/`.
        folders: what FILE may be relative to, besides `modules_out/`.

    Raises:
        UsageError: there is no such file, or no such line.
        SpecError: the spec is wrong.
        TemplateError: a template is.
    """
    asked = _asked(workspace, position, folders)
    assembly = Assembly(workspace)
    (environment,) = assembly.load([asked.environment], alone=True)
    made = assemble(assembly.engine, environment)
    origins = trace(assembly.engine, made.stack, asked.path)
    text = made.files[asked.path].split("\n")
    if asked.line is not None and not 1 <= asked.line <= len(origins):
        raise UsageError(f"{asked.path} has {len(origins)} lines", hint=f"name a line from 1 to {len(origins)}")
    chosen = origins if asked.line is None else [origins[asked.line - 1]]
    known = origins_of(made.stack.catalog)
    lines = [TracedLine(text[origin.line - 1], origin, locate(origin, environment.merged, known)) for origin in chosen]
    return WhereResult(f"{workspace.relative(workspace.modules_out / asked.environment)}/{asked.path}", lines)


def _asked(workspace: Workspace, position: str, folders: Sequence[Path]) -> _Asked:
    found = _POSITION.fullmatch(position)
    named = Path(found["file"] if found else position)
    rendered = workspace.modules_out.resolve()
    for path in (base / named for base in (*folders, workspace.modules_out)):
        if path.is_file() and path.resolve().is_relative_to(rendered):
            parts = path.resolve().relative_to(rendered).parts
            if len(parts) > 1:
                line = int(found["line"]) if found and found["line"] else None
                return _Asked(workspace.select([parts[0]])[0], "/".join(parts[1:]), line)
    raise UsageError(
        f"{named} is not a file of an environment in {workspace.relative(workspace.modules_out)}",
        hint="name one as in modules_out/dev/main.tf:42; tfstencil render makes them",
    )
