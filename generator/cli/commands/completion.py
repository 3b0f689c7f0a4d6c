"""`tfstencil completion`: what makes a shell complete commands, options and names."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.reports.report import Report, shown

_PROGRAM: Final = "tfstencil"
_SHELLS: Final[dict[str, type[ShellComplete]]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(
    "completion",
    cls=Command,
    short_help="Print what makes your shell complete commands, options and names.",
    example='eval "$(tfstencil completion bash)"',
)
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@with_session
def command(session: Session, shell: str) -> int:
    """Print the completion script of SHELL.

    Evaluate it where your shell starts, or save it in the folder in which your shell looks for completions:
    `tfstencil docs installing` has a line for each shell.
    """
    root = click.get_current_context().find_root().command
    script = _SHELLS[shell](root, {}, _PROGRAM, f"_{_PROGRAM.upper()}_COMPLETE").source()
    session.console.report(Report({"ok": True, "shell": shell, "script": script}, shown([script.rstrip()])))
    return 0
