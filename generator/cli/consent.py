"""Whether a change of something real may go ahead: the question, and what answers it without a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from generator.errors import UsageError
from generator.terraform import Mode

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from generator.cli.session import Session
    from generator.cli.stacks import Place


def require_way_to_consent(  # noqa: PLR0913  # what consent hangs on
    session: Session, places: Sequence[Place], mode: Mode, patterns: Collection[str], *, yes: bool, verb: str
) -> None:
    """Refuse early where a question would have to be asked and nobody can answer.

    Args:
        session: with `--json` nobody is asked either.
        places: the environments concerned.
        mode: in the sandbox there is nothing to ask.
        patterns: what the command line named; `--yes` speaks for prod only where prod is named in full.
        yes: whether `--yes` was given.
        verb: the command.

    Raises:
        UsageError: naming what to add.
    """
    if mode is Mode.SANDBOX:
        return
    names = " ".join(place.name for place in places)
    if yes:
        unnamed = [place.name for place in places if place.is_prod and place.name not in patterns]
        if unnamed:
            raise UsageError(
                f"--yes speaks for an environment of class prod only where its name is given: {', '.join(unnamed)}",
                hint=f"name the environments: tfstencil {verb} {names} --yes",
            )
    elif session.console.json or not sys.stdin.isatty():
        raise UsageError(
            f"{verb} asks before it changes anything, and there is no terminal to ask on",
            hint=f"add --yes: tfstencil {verb} {names} --yes",
        )


def consents(session: Session, place: Place, mode: Mode, *, yes: bool, verb: str) -> bool:
    """Ask whether what was shown may be done; prod wants its name typed.

    Args:
        session: for the answer's echo.
        place: the environment.
        mode: in the sandbox nobody is asked.
        yes: whether `--yes` was given.
        verb: what is to be done.

    Returns:
        Whether it may be done.
    """
    if yes or mode is Mode.SANDBOX:
        return True
    if not place.is_prod:
        return click.confirm(f"{verb.capitalize()} {place.name}?", err=True)
    typed = click.prompt(f"Type the environment's name to {verb} it", default="", show_default=False, err=True)
    if typed.strip() == place.name:
        return True
    session.console.note("that is not its name")
    return False
