"""`tfstencil destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.request import Request, changing_options
from generator.cli.session import Session, environments_argument, with_session
from generator.operations.change import change
from generator.operations.consent import Consent
from generator.operations.targets import Target, mode_of, targets_of, targets_of_removed
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
@changing_options
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    *,
    sandbox: bool,
    yes: tuple[str, ...],
    allowed: tuple[str, ...],
    parallelism: int | None,
    wave: bool,
    resume: bool,
) -> int:
    """Destroy what was applied for ENV... (by default all that have a spec).

    The plans are shown first; on AWS what holds data goes only where --allow names it. An environment whose spec is
    gone can be destroyed too, by its name; it counts as prod, and prod wants its name typed. With --wave prod goes
    before staging, and staging before dev; after the first failure nothing more is begun, and --resume goes on from
    there.
    """
    request = Request(
        "destroy",
        mode_of(sandbox=sandbox),
        patterns,
        Consent.of(yes),
        allowed,
        None,
        parallelism,
        wave,
        resume,
    )
    return change(session, request, _places)


def _places(workspace: Workspace, patterns: Sequence[str]) -> list[Target]:
    removed = removed_environments(Destination.of(workspace))
    gone = [name for name in removed if name in patterns]
    others = [pattern for pattern in patterns if pattern not in gone]
    living = targets_of(workspace, workspace.select(others)) if others or not gone else []
    return living + targets_of_removed(workspace, gone)
