"""`tfstencil init`: make a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.operations.specs.init import init
from generator.reports.specs.init import init_report


@click.command(
    "init",
    cls=Command,
    short_help="Make a workspace: example environments, .gitignore, hooks and CI.",
    example="tfstencil init build-stacks",
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@with_session
def command(session: Session, folder: Path | None) -> int:
    """Make a workspace in DIR (by default the current folder, or that of -C).

    It gets the environments dev, staging and prod over a shared _base, a .gitignore, a pre-commit configuration and a
    GitHub workflow. Nothing that exists is overwritten.
    """
    session.console.report(init_report(init(session.folder / folder if folder else session.folder)))
    return 0
