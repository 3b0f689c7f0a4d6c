"""`tfstencil drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.command_options import mode_of, parallelism_option
from generator.cli.group import Command
from generator.cli.session import Session, environments_argument, with_session
from generator.operations.checks.drift import DriftRequest, drift
from generator.reports.checks.drift import drift_report
from generator.reports.plan.results import PlanDocuments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.checks.drift.difference import DriftedValue
    from generator.reports.plan.document import Origin


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
@with_session
def command(
    session: Session, patterns: tuple[str, ...], *, sandbox: bool, outside_only: bool, parallelism: int | None
) -> int:
    """Compare ENV... (by default all) with what was applied: changed outside, unapplied code, or known.

    What is known stands in drift.yaml, each entry with a reason and a last day. Exit code 0: no drift, or only what is
    known; 1: drift, an entry that has expired, or a failure. Nothing is changed, neither in AWS nor in the state.
    """
    request = DriftRequest(patterns, mode_of(sandbox=sandbox), outside_only=outside_only, parallelism=parallelism)
    result = drift(session.run(), request)
    documents = PlanDocuments(session.workspace())
    plans = {name: planned.plan for name, planned in result.code.items()}

    def locate(name: str, item: DriftedValue) -> Sequence[Origin]:
        places = documents.places(name, plans[name])
        path = [int(part) if part.isdigit() else part for part in item.path.split(".")]
        return places.of_value(item.address, path, str(item.after)) if places and item.path else ()

    session.console.report(drift_report(result, locate))
    return 0 if result.ok else 1
