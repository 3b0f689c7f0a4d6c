"""`tfstencil where`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.operations.provenance.where import where
from generator.reports.provenance.where import where_report


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

    FILE is a file below modules_out. Without LINE, every line is explained. The answer
    describes a fresh render: where the file is stale or was edited, line numbers may differ.
    """
    # As a person types it: from where they are, or from the folder that -C names.
    folders = (Path.cwd(), session.folder.absolute())
    session.console.report(where_report(where(session.workspace(), position, folders)))
    return 0
