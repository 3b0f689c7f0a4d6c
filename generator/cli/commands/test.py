"""`tfstencil test`: the plan contracts of the environments."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.checks.test import test
from generator.operations.checks.test import update as update_contracts
from generator.reports.checks.contracts import contracts_report, update_report


@click.command(
    "test",
    cls=Command,
    short_help="Check plans against the contracts in tests/plans/.",
    example="tfstencil test 'prod*'",
)
@environments_argument()
@click.option(
    "--update", is_flag=True, help="Write missing contracts; replace what no longer holds, and show the diff."
)
@click.option("--no-cache", is_flag=True, help="Plan again, also what has not changed since the last plan.")
@with_session
def command(session: Session, patterns: tuple[str, ...], *, update: bool, no_cache: bool) -> int:
    """Plan ENV... (by default all) offline and check each plan against its contract, tests/plans/ENV.yaml.

    All environments are planned together, from what their specs say now. Needs neither credentials nor a network.
    """
    if update:
        written = update_contracts(session.run(), patterns, cache=not no_cache)
        session.console.report(update_report(written))
        return 0 if written.ok else 1
    result = test(session.run(), patterns, cache=not no_cache)
    session.console.report(contracts_report(result))
    return 0 if result.ok else 1
