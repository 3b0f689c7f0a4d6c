"""The global options: understood before and after the command's name, and handed on in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from generator.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count


@dataclass(slots=True)
class GlobalOptions:
    """What the global options said.

    Mutable, alone among our data: click reads the options of the group and of the command one after the other, and
    an error may have to be reported before it has read the last.

    Attributes:
        folder: `-C`: the workspace.
        json: one JSON document on stdout, everything else on stderr.
        quiet: neither progress nor remarks nor confirmations.
        verbose: details, and the traceback of an error.
        no_color: no colour, whatever the terminal.
        redactor: what is secret; every console of a call takes it out of what it prints.
        has_document: whether the one JSON document of the call is out.
    """

    folder: Path = field(default_factory=Path)
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    redactor: Redactor = field(default_factory=Redactor)
    has_document: bool = False

    def wants_color(self, stream: IO[str]) -> bool:
        """Tell whether `stream` gets colours; see https://no-color.org and https://force-color.org."""
        if self.no_color or os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"


def _store(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    def callback(context: click.Context, _parameter: click.Parameter, value: object) -> None:
        # A flag that was not given must not undo the one given before the command's name.
        if value not in (None, False):
            setattr(context.ensure_object(GlobalOptions), name, value)

    return callback


def _flag(*declaration: str, name: str, text: str) -> click.Option:
    return click.Option(declaration, is_flag=True, is_eager=True, expose_value=False, callback=_store(name), help=text)


def global_options() -> list[click.Option]:
    """Return new click options for a command or group."""
    folder = click.Option(
        ("-C", "--workspace", "workspace_folder"),
        metavar="DIR",
        type=click.Path(path_type=Path),
        is_eager=True,
        expose_value=False,
        callback=_store("folder"),
        help="Work in this workspace instead of the current folder.",
    )
    return [
        folder,
        _flag("--json", "json_output", name="json", text="Print one JSON document on stdout; logs go to stderr."),
        _flag("-q", "--quiet", name="quiet", text="Print only what was asked for and what is wrong."),
        _flag("-v", "--verbose", name="verbose", text="More detail; tracebacks of errors."),
        _flag("--no-color", "no_color", name="no_color", text="No colours (as does the variable NO_COLOR)."),
    ]
