"""`tfstencil watch`."""

from __future__ import annotations

import sys

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.operations.rendered.watch import watch
from generator.reports.rendered.watch import pass_messages

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
    console = session.console
    try:
        for found in watch(session.workspace(), patterns):
            if sys.stdout.isatty():
                console.show(_CLEAR)
            console.tell(pass_messages(found))
    except KeyboardInterrupt:
        console.note("")
    return 0
