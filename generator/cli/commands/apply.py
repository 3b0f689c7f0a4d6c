"""`tfstencil apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.command_options import changing_options, max_age_option, mode_of
from generator.cli.group import Command
from generator.cli.plan_outputs import output_options, outputs_of
from generator.cli.run_reporter import RunReporter
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.changes.apply import apply
from generator.operations.changes.consent import Consent
from generator.operations.requests import ChangeRequest

if TYPE_CHECKING:
    from pathlib import Path


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
@output_options
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
    markdown: Path | None,
    host: str | None,
    html: Path | None,
) -> int:
    """Apply ENV... (by default all): the plan that tfstencil plan --save kept, else a fresh one.

    All plans are made and shown first, and exactly what was shown is applied; where one cannot be planned, or a guard
    or a rule of policies/ refuses it, nothing is. An environment of class prod wants its name typed. With --wave dev
    goes before staging, and staging before prod; after the first failure nothing more is begun, and --resume goes on
    from there.
    """
    outputs = outputs_of(markdown, html, host)
    request = ChangeRequest(
        "apply",
        mode_of(sandbox=sandbox),
        patterns,
        Consent.of(yes),
        allowed,
        max_age=max_age,
        parallelism=parallelism,
        wave=wave,
        resume=resume,
    )
    reporter = RunReporter(session, outputs)
    result = apply(session.run(reporter), request)
    reporter.conclude(result)
    return 0 if result.ok else 1
