"""`tfstencil show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.command_options import max_age_option, mode_of
from generator.cli.group import Command
from generator.cli.plan_outputs import output_options, outputs_of
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.plans.show import ShowRequest, show

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "show",
    cls=Command,
    short_help="Show a kept plan again, in any output, without using it up.",
    example="tfstencil show prod --html plan.html",
)
@environments_argument(affected=False)
@click.option("--sandbox", is_flag=True, help="Of plans against the sandbox.")
@max_age_option
@output_options
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    *,
    sandbox: bool,
    max_age: int | None,
    markdown: Path | None,
    host: str | None,
    html: Path | None,
) -> int:
    """Show the plans that tfstencil plan --save kept for ENV... (by default all that there are).

    A plan is shown exactly as apply would take it: one that does not fit the modules, the state or the programs any
    more is refused, with the reason.
    """
    outputs = outputs_of(markdown, html, host)
    result = show(session.run(), ShowRequest(patterns, mode_of(sandbox=sandbox), max_age))
    outputs.write(session, result)
    return 0 if result.ok else 1
