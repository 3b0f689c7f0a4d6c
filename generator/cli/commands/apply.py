"""`tfstencil apply`."""

from __future__ import annotations

import click

from generator.cli.consent import require_way_to_consent
from generator.cli.execution import Execution
from generator.cli.group import Command
from generator.cli.session import Session, environments_argument, with_session
from generator.cli.stacks import mode_of, open_places, places_of


@click.command(
    "apply",
    cls=Command,
    short_help="Do what a plan says, after showing it and asking.",
    example="tfstencil apply dev --sandbox",
)
@environments_argument()
@click.option("--sandbox", is_flag=True, help="Apply in the sandbox, without asking; it is started where none runs.")
@click.option("--yes", is_flag=True, help="Do not ask; environments of class prod must be named in full then.")
@with_session
def command(session: Session, patterns: tuple[str, ...], *, sandbox: bool, yes: bool) -> int:
    """Apply ENV... (by default all): the plan that tfstencil plan --save kept, else a fresh one.

    The plan is shown first, and exactly what was shown is applied. An environment of class prod wants its name typed.
    """
    mode = mode_of(sandbox=sandbox)
    workspace = session.workspace()
    places = places_of(workspace, workspace.select(patterns))
    require_way_to_consent(session, places, mode, patterns, yes=yes, verb="apply")
    stacks = open_places(session, workspace, places, mode)
    outcomes = Execution(session, workspace, "apply", yes=yes).run(stacks)
    declined = [outcome.name for outcome in outcomes if outcome.status == "declined"]
    session.console.document({"ok": not declined, "mode": mode.value, "environments": [o.as_data() for o in outcomes]})
    if declined:
        session.console.error(f"not applied: {', '.join(declined)}")
    return 1 if declined else 0
