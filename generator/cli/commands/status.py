"""`tfstencil status`."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.rendered.status import status
from generator.reports.rendered.status import status_report


@click.command(
    "status",
    cls=Command,
    short_help="Show each environment in one line: place, modules, sandbox.",
    example="tfstencil status",
)
@environments_argument(affected=False)
@with_session
def command(session: Session, patterns: tuple[str, ...]) -> int:
    """Show ENV... (by default all), one line each: class, account, region, modules, what is applied in the sandbox.

    It never asks AWS.
    """
    session.console.report(status_report(status(session.workspace(), patterns)))
    return 0
