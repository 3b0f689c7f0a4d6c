"""`tfstencil destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.consent import require_way_to_consent
from generator.cli.execution import Execution
from generator.cli.group import Command
from generator.cli.session import Session, environments_argument, with_session
from generator.cli.stacks import Place, mode_of, open_places, places_of, places_of_removed
from generator.output.destination import Destination
from generator.output.removal import removed_environments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workspace import Workspace


@click.command(
    "destroy",
    cls=Command,
    short_help="Destroy what was applied, after showing it and asking.",
    example="tfstencil destroy dev --sandbox",
)
@environments_argument()
@click.option("--sandbox", is_flag=True, help="Destroy in the sandbox, without asking.")
@click.option("--yes", is_flag=True, help="Do not ask; environments of class prod must be named in full then.")
@with_session
def command(session: Session, patterns: tuple[str, ...], *, sandbox: bool, yes: bool) -> int:
    """Destroy what was applied for ENV... (by default all that have a spec).

    The plan is shown first. An environment whose spec is gone can be destroyed too, by its name; it counts as prod, and
    prod wants its name typed.
    """
    mode = mode_of(sandbox=sandbox)
    workspace = session.workspace()
    places = _places(workspace, patterns)
    require_way_to_consent(session, places, mode, patterns, yes=yes, verb="destroy")
    stacks = open_places(session, workspace, places, mode)
    outcomes = Execution(session, workspace, "destroy", yes=yes).run(stacks)
    declined = [outcome.name for outcome in outcomes if outcome.status == "declined"]
    session.console.document({"ok": not declined, "mode": mode.value, "environments": [o.as_data() for o in outcomes]})
    if declined:
        session.console.error(f"not destroyed: {', '.join(declined)}")
    return 1 if declined else 0


def _places(workspace: Workspace, patterns: Sequence[str]) -> list[Place]:
    removed = removed_environments(Destination.of(workspace))
    gone = [name for name in removed if name in patterns]
    others = [pattern for pattern in patterns if pattern not in gone]
    living = places_of(workspace, workspace.select(others)) if others or not gone else []
    return living + places_of_removed(workspace, gone)
