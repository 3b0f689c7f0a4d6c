"""Plans of one or many environments, offline or against states: for a terminal, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import plural
from generator.reports.plan.formats.as_json import as_data
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.plan.words import told
from generator.reports.problems.errors import failures_data
from generator.reports.report import Failure, Message, Report, shown
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.plans.plan import PlanResult
    from generator.reports.plan.document import Document


def plan_report(result: PlanResult, document: Document, *, columns: int, verbose: bool) -> Report:
    """Show what would change.

    Args:
        result: of a plan.
        document: of the same.
        columns: of the terminal.
        verbose: leave nothing out.
    """
    return Report(_data(result, document), _messages(result, document, columns=columns, verbose=verbose))


def _data(result: PlanResult, document: Document) -> dict[str, object]:
    data = as_data(document)
    is_offline = result.mode is Mode.OFFLINE
    for environment in data["environments"] if is_offline else ():
        environment["cached"] = environment["name"] in result.plans.cached
    times = {"seconds": round(result.plans.seconds, 3)} if is_offline else {}
    return data | times | failures_data(result.plans.failures)


def _messages(result: PlanResult, document: Document, *, columns: int, verbose: bool) -> Iterator[Message | Failure]:
    made, failures, known = result.plans.made, result.plans.failures, result.plans.refreshed_at
    yield from shown(Terminal(columns, verbose=verbose).lines(document))
    if known:
        oldest = told(min(known.values()))
        yield Message("note", f"Reused {len(known)} of {plural(len(made), 'plan')}; the oldest {oldest}")
    warnings = [warning for each in document.environments for warning in each.warnings]
    for warning in dict.fromkeys([*warnings, *result.plans.warnings]):
        yield Message("warn", warning)
    for name, error in failures.items():
        yield Failure(error, about=name if len(made) + len(failures) > 1 else "")
    if result.mode is Mode.OFFLINE:
        yield Message("note", _offline_summary(result))


def _offline_summary(result: PlanResult) -> str:
    plans = result.plans
    how = f", {len(plans.cached)} from the cache" if plans.cached else ""
    failed = f", {len(plans.failures)} failed" if plans.failures else ""
    runs = f" by {plural(plans.runs, 'terraform run')}" if plans.runs else ""
    total = plural(len(plans.made) + len(plans.failures), "environment")
    return f"{total} planned in {plans.seconds:.1f} s{runs}{how}{failed}"
