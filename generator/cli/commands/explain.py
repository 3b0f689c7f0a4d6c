"""`tfstencil explain`: the merged value of a key, where it came from, what it overrode, what it means."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.specs.explain import explain
from generator.reports.specs.explanation import explain_report


@click.command(
    "explain",
    cls=Command,
    short_help="Show where each value of an environment comes from.",
    example="tfstencil explain prod builds.main.timeout",
)
@environment_argument()
@click.argument("key", metavar="[KEY]", required=False)
@with_session
def command(session: Session, name: str, key: str | None) -> int:
    """Show KEY of environment ENV, or all of it: value, place, layer, and what the value overrode.

    Left stands the environment as YAML, all layers merged and defaults filled in; right the file, line and column of
    each value, or the layer that has no file in the workspace (`class prod`, `default`, `computed`).
    """
    session.console.report(explain_report(explain(session.workspace(), name, key)))
    return 0
