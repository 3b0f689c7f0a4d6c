"""`tfstencil apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.request import Request, changing_options, max_age_option
from generator.cli.session import Session, environments_argument, with_session
from generator.operations.change import change
from generator.operations.consent import Consent
from generator.operations.targets import mode_of, targets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.targets import Target
    from generator.workspace import Workspace


@click.command(
    "apply",
    cls=Command,
    short_help="Do what a plan says, after showing it and asking.",
    example="tfstencil apply dev --sandbox",
)
@environments_argument()
@click.option("--sandbox", is_flag=True, help="Apply in the sandbox, without asking; it is started where none runs.")
@max_age_option
@changing_options
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    *,
    sandbox: bool,
    yes: tuple[str, ...],
    allowed: tuple[str, ...],
    max_age: int | None,
    parallelism: int | None,
    wave: bool,
    resume: bool,
) -> int:
    """Apply ENV... (by default all): the plan that tfstencil plan --save kept, else a fresh one.

    All plans are made and shown first, and exactly what was shown is applied; where one cannot be planned, or a guard
    or a rule of policies/ refuses it, nothing is. An environment of class prod wants its name typed. With --wave dev
    goes before staging, and staging before prod; after the first failure nothing more is begun, and --resume goes on
    from there.
    """
    request = Request(
        "apply",
        mode_of(sandbox=sandbox),
        patterns,
        Consent.of(yes),
        allowed,
        max_age,
        parallelism,
        wave,
        resume,
    )
    return change(session, request, _places)


def _places(workspace: Workspace, patterns: Sequence[str]) -> list[Target]:
    return targets_of(workspace, workspace.select(patterns))
