"""`tfstencil parity`: two environments are the same, but for what is allowed."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.operations.checks.parity import parity
from generator.reports.checks.parity import parity_report


@click.command(
    "parity",
    cls=Command,
    short_help="Check that two environments are the same but for what parity.yaml allows.",
    example="tfstencil parity staging prod",
)
@click.argument("left", metavar="ENV_A")
@click.argument("right", metavar="ENV_B")
@click.option("--no-cache", is_flag=True, help="Plan again, also what has not changed since the last plan.")
@with_session
def command(session: Session, left: str, right: str, *, no_cache: bool) -> int:
    """Compare what the plans of ENV_A and ENV_B would make, offline; names, accounts and regions aside.

    What differs must be allowed by an entry of parity.yaml that gives a reason and a date. Exit code 1 where something
    differs that is not allowed, or not any more.
    """
    run = session.run()
    names = [run.workspace.one_environment(name) for name in (left, right)]
    result = parity(run, names, cache=not no_cache)
    session.console.report(parity_report(names, result))
    return 0 if result.holds else 1
