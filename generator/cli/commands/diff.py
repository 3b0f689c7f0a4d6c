"""`tfstencil diff`: what differs between two environments, by meaning."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.operations.specs.diff import diff
from generator.reports.specs.diff import diff_report


@click.command(
    "diff",
    cls=Command,
    short_help="Show what differs between two environments, by meaning.",
    example="tfstencil diff staging prod",
)
@click.argument("left", metavar="ENV_A")
@click.argument("right", metavar="ENV_B")
@click.option("--all", "everything", is_flag=True, help="Also what differs only because names and accounts do.")
@click.option("--exit-code", is_flag=True, help="Exit code 1 where they differ, as git diff has it; else always 0.")
@with_session
def command(session: Session, left: str, right: str, *, everything: bool, exit_code: bool) -> int:
    """Show what differs between the environments ENV_A and ENV_B, each value with its origin.

    Values are compared after merging, by what they mean: 60m is 1h, and the order of keys does not matter. Values that
    both specs write alike, and that differ only through variables or computed names, are counted; --all shows them,
    and --exit-code does not count them as differences.
    """
    result = diff(session.workspace(), left, right)
    session.console.report(diff_report(result, everything=everything))
    return 1 if exit_code and result.own else 0
