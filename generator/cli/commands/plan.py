"""`tfstencil plan`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from generator.cli.command_options import age, mode_of, parallelism_option
from generator.cli.group import Command
from generator.cli.plan_outputs import output_options, outputs_of
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.operations.plans.plan import plan
from generator.operations.requests import PlanRequest
from generator.terraform import Mode

if TYPE_CHECKING:
    from pathlib import Path

_CHANGES: Final = 2  # as terraform itself ends
_SHOWN_AGAIN: Final = 60  # minutes


@click.command(
    "plan",
    cls=Command,
    short_help="Show what Terraform would change; --offline needs no network and no credentials.",
    example="tfstencil plan 'prod-*' --offline",
)
@environments_argument()
@click.option("--offline", is_flag=True, help="Plan from nothing, with mock credentials and without any network.")
@click.option("--sandbox", is_flag=True, help="Plan against the sandbox; it is started where none runs.")
@click.option(
    "--save", is_flag=True, help="Keep each plan for tfstencil apply, sealed and bound to what it is made from."
)
@click.option("--encrypt", is_flag=True, help="With --save: encrypt it with TFSTENCIL_PLAN_PASSPHRASE[_FILE].")
@click.option("--enforce", is_flag=True, help="Exit code 1 where a guard or a rule of policies/ refuses an apply.")
@parallelism_option
@click.option("--no-cache", is_flag=True, help="With --offline: plan again, also what has not changed.")
@click.option(
    "--cached",
    is_flag=True,
    help="Reuse an earlier plan that still fits, and show when it was made; else plan, and keep it.",
)
@click.option(
    "--max-age", metavar="DURATION", callback=age, help="With --cached: how old that may be, such as 4h; by default 1h."
)
@output_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 0: no changes, 1: an error, 2: changes.")
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    *,
    offline: bool,
    sandbox: bool,
    save: bool,
    encrypt: bool,
    enforce: bool,
    parallelism: int | None,
    no_cache: bool,
    cached: bool,
    max_age: int | None,
    markdown: Path | None,
    host: str | None,
    html: Path | None,
    detailed_exitcode: bool,
) -> int:
    """Plan ENV... (by default all) with the real terraform and show what would change.

    Without --offline or --sandbox the plan is against AWS, with your credentials. Modules that do not match their specs
    are refused: render first. With --offline all environments are planned together, in one terraform. What an apply
    would refuse is shown, each with the flag that allows it. Equal changes of several environments are shown once.
    """
    mode = mode_of(sandbox=sandbox, offline=offline)
    outputs = outputs_of(markdown, html, host)
    _require_pairs(encrypt=encrypt, save=save, max_age=max_age, cached=cached)
    _require_fitting(mode, save=save, cached=cached, no_cache=no_cache)
    oldest = timedelta(minutes=max_age or _SHOWN_AGAIN) if cached else None
    request = PlanRequest(
        patterns, mode, cache=not no_cache, save=save, encrypt=encrypt, oldest=oldest, parallelism=parallelism
    )
    result = plan(session.run(), request)
    outputs.write(session, result)
    if not result.ok or (enforce and result.is_refused):
        return 1
    return _CHANGES if detailed_exitcode and result.has_changes else 0


def _require_pairs(*, encrypt: bool, save: bool, max_age: int | None, cached: bool) -> None:
    if encrypt and not save:
        raise UsageError("--encrypt goes with --save")
    if max_age and not cached:
        raise UsageError("--max-age goes with --cached")
    if cached and save:
        raise UsageError("--cached shows earlier plans, which cannot be applied", hint="leave out --cached or --save")


def _require_fitting(mode: Mode, *, save: bool, cached: bool, no_cache: bool) -> None:
    if mode is Mode.OFFLINE and save:
        raise UsageError("an offline plan cannot be applied, so there is nothing to --save it for")
    if mode is Mode.OFFLINE and cached:
        hint = "offline plans are cached always, and --no-cache plans again"
        raise UsageError("--cached is for plans against a state", hint=hint)
    if mode is not Mode.OFFLINE and no_cache:
        raise UsageError("--no-cache goes with --offline; against a state nothing is cached, unless with --cached")
