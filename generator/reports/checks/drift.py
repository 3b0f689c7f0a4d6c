"""A look for drift: for a terminal, and as JSON data; what it found stands in the document that plans have, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.drift.known import FILE
from generator.display import plural
from generator.reports.plan.formats.as_json import as_data
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.problems.errors import failures_data
from generator.reports.report import Failure, Message, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.checks.drift import DriftResult
    from generator.reports.plan.document import Document


def drift_report(result: DriftResult, document: Document, *, columns: int, verbose: bool) -> Report:
    """Show what was found in all environments.

    Args:
        result: of the look.
        document: of the same.
        columns: of the terminal.
        verbose: leave nothing out.
    """
    data = as_data(document) | {
        "ok": result.ok,
        "unused": [{"place": str(entry.place), "reason": entry.reason} for entry in result.unused],
        **failures_data(result.failures),
    }
    return Report(data, _messages(result, document, columns=columns, verbose=verbose))


def _messages(result: DriftResult, document: Document, *, columns: int, verbose: bool) -> Iterator[Message | Failure]:
    yield from shown(Terminal(columns, verbose=verbose).lines(document))
    for warning in dict.fromkeys(warning for each in document.environments for warning in each.warnings):
        yield Message("warn", warning)
    for entry in result.unused:
        yield Message("warn", f"{entry.place}: nothing drifts there any more ({entry.reason}); delete the entry")
    for name, error in result.failures.items():
        yield Failure(error, about=name if len(result.stacks) > 1 else "")
    if not result.ok and result.drifts:
        yield _verdict(result)


def _verdict(result: DriftResult) -> Message:
    outside = [name for name, drift in result.drifts.items() if drift.outside or drift.expired]
    count = plural(sum(not drift.holds() for drift in result.drifts.values()), "environment")
    hint = "tfstencil apply applies it"
    if outside:
        hint = (
            f"tfstencil apply {' '.join(outside)} puts back what changed outside; or take it into the spec, or allow "
            f"it in {FILE} with address, path, reason and until"
        )
    return Message("error", f"drift in {count}", hint)
