"""`tfstencil drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.command_options import mode_of, parallelism_option
from generator.cli.group import Command
from generator.cli.plan_outputs import output_options, outputs_of
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.checks.drift import DriftRequest, drift

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "drift",
    cls=Command,
    short_help="Tell what changed outside, what is not applied yet, and what is known.",
    example="tfstencil drift 'prod-*' --json",
)
@environments_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@click.option("--outside-only", is_flag=True, help="Code that is not applied yet is shown, and does not fail.")
@parallelism_option
@output_options
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    *,
    sandbox: bool,
    outside_only: bool,
    parallelism: int | None,
    markdown: Path | None,
    host: str | None,
    html: Path | None,
) -> int:
    """Compare ENV... (by default all) with what was applied: changed outside, unapplied code, or known.

    What is known stands in drift.yaml, each entry with a reason and a last day. Exit code 0: no drift, or only what is
    known; 1: drift, an entry that has expired, or a failure. Nothing is changed, neither in AWS nor in the state.
    """
    outputs = outputs_of(markdown, html, host)
    request = DriftRequest(patterns, mode_of(sandbox=sandbox), outside_only=outside_only, parallelism=parallelism)
    result = drift(session.run(), request)
    outputs.write_drift(session, result)
    return 0 if result.ok else 1
