"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.checks.guards.settings import plan_age
from generator.errors import UsageError
from generator.operations.plans.queue import AT_A_TIME
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

yes_option = click.option(
    "--yes",
    metavar="[ENV]",
    is_flag=False,
    flag_value="",
    multiple=True,
    help="Do not ask; an environment of class prod must be named here: --yes prod.",
)
allow_option = click.option(
    "--allow",
    "allowed",
    metavar="KIND:ADDRESS[=REASON]",
    multiple=True,
    help="Permit one refused change (delete:ADDRESS ...), as its refusal names it; prod needs a reason.",
)
parallelism_option = click.option(
    "--parallelism",
    metavar="N",
    type=click.IntRange(1, 64),
    help=f"Environments side by side; by default {AT_A_TIME} plans, and one change after the other.",
)


def mode_of(*, sandbox: bool, offline: bool = False) -> Mode:
    """Return where effects go.

    Raises:
        UsageError: both were asked for.
    """
    if sandbox and offline:
        raise UsageError("--offline and --sandbox exclude each other", hint="choose one of them")
    if offline:
        return Mode.OFFLINE
    return Mode.SANDBOX if sandbox else Mode.REAL


def changing_options(function: Callable[..., int]) -> Callable[..., int]:
    """Declare the options of a command that changes environments."""
    declared = [
        yes_option,
        allow_option,
        parallelism_option,
        click.option("--wave", is_flag=True, help="Take one class at a time, and stop at the first failure."),
        click.option("--resume", is_flag=True, help="Go on where the last one over several environments stopped."),
    ]
    for option in reversed(declared):
        function = option(function)
    return function


def age(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """Read the age of a plan on the command line, in minutes."""
    try:
        return None if value is None else plan_age(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


max_age_option = click.option(
    "--max-age",
    metavar="DURATION",
    callback=age,
    help="Refuse a kept plan that is older, such as 4h; by default 24h, or what guards.yaml says.",
)
