"""What the command line asks `apply` and `destroy` for, and the options that say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from generator.guards.settings import plan_age
from generator.operations.consent import Consent, yes_option
from generator.operations.plan_queue import parallelism_option
from generator.operations.review import allow_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.terraform import Mode


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for.

    Attributes:
        verb: `apply`, `bootstrap` or `destroy`.
        mode: where effects go.
        patterns: names and globs of environments.
        consent: what `--yes` said.
        allowed: what `--allow` lets through.
        max_age: up to how many minutes old a kept plan may be; None for what the workspace says.
        parallelism: how many environments side by side; None for the default.
        wave: class after class.
        resume: go on where the last run stopped.
    """

    verb: str
    mode: Mode
    patterns: tuple[str, ...]
    consent: Consent = field(default_factory=lambda: Consent(given=False))
    allowed: tuple[str, ...] = ()
    max_age: int | None = None
    parallelism: int | None = None
    wave: bool = False
    resume: bool = False


def changing_options(function: Callable[..., int]) -> Callable[..., int]:
    """Declare the options of a command that changes environments."""
    declared = [
        yes_option,
        allow_option,
        parallelism_option,
        click.option("--wave", is_flag=True, help="Class after class, each only after the success of the one before."),
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
