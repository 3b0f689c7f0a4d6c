"""`tfstencil destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.command_options import changing_options, mode_of
from generator.cli.group import Command
from generator.cli.plan_outputs import output_options, outputs_of
from generator.cli.run_reporter import RunReporter
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.changes.consent import Consent
from generator.operations.changes.destroy import destroy
from generator.operations.requests import ChangeRequest

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "destroy",
    cls=Command,
    short_help="Destroy what was applied, after showing it and asking.",
    example="tfstencil destroy dev --sandbox",
)
@environments_argument(affected=False)
@click.option("--sandbox", is_flag=True, help="Destroy in the sandbox, without asking.")
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
    parallelism: int | None,
    wave: bool,
    resume: bool,
    markdown: Path | None,
    host: str | None,
    html: Path | None,
) -> int:
    """Destroy what was applied for ENV... (by default all that have a spec).

    The plans are shown first; on AWS what holds data goes only where --allow names it. An environment whose spec is
    gone can be destroyed too, by its name; it counts as prod, and prod wants its name typed. With --wave prod goes
    before staging, and staging before dev; after the first failure nothing more is begun, and --resume goes on from
    there.
    """
    outputs = outputs_of(markdown, html, host)
    request = ChangeRequest(
        "destroy",
        mode_of(sandbox=sandbox),
        patterns,
        Consent.of(yes),
        allowed,
        parallelism=parallelism,
        wave=wave,
        resume=resume,
    )
    reporter = RunReporter(session, outputs)
    result = destroy(session.run(reporter), request)
    reporter.conclude(result)
    return 0 if result.ok else 1
