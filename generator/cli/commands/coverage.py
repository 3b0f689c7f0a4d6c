"""`tfstencil coverage`."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.provenance.coverage import coverage
from generator.reports.provenance.coverage import coverage_report


@click.command(
    "coverage",
    cls=Command,
    short_help="Tell which template branches no environment exercises, and which keys nothing reads.",
    example="tfstencil coverage",
)
@environments_argument(affected=False)
@with_session
def command(session: Session, patterns: tuple[str, ...]) -> int:
    """Render ENV... (by default all) with every template branch under observation.

    Reported are the branches that none of them runs, the derived values that no template reads, and the keys of the
    spec that reach no template.
    """
    session.console.report(coverage_report(coverage(session.run(), patterns)))
    return 0
