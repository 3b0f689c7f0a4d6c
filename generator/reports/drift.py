"""A look for drift: for a terminal, and as JSON data; what it found stands in the document that plans have, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.drift.known import FILE
from generator.display import plural
from generator.reports.errors import failures_data
from generator.reports.plan.as_json import as_data
from generator.reports.plan.terminal import Terminal
from generator.reports.report import Failure, Part, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.drift import DriftResult
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
    return Report(data, _parts(result, document, columns=columns, verbose=verbose))


def _parts(result: DriftResult, document: Document, *, columns: int, verbose: bool) -> Iterator[Part | Failure]:
    yield from shown(Terminal(columns, verbose=verbose).lines(document))
    for warning in dict.fromkeys(warning for each in document.environments for warning in each.warnings):
        yield Part("warn", warning)
    for entry in result.unused:
        yield Part("warn", f"{entry.place}: nothing drifts there any more ({entry.reason}); delete the entry")
    for name, error in result.failures.items():
        yield Failure(error, about=name if len(result.stacks) > 1 else "")
    if not result.ok and result.drifts:
        yield _verdict(result)


def _verdict(result: DriftResult) -> Part:
    outside = [name for name, drift in result.drifts.items() if drift.outside or drift.expired]
    count = plural(sum(not drift.holds() for drift in result.drifts.values()), "environment")
    hint = "tfstencil apply applies it"
    if outside:
        hint = (
            f"tfstencil apply {' '.join(outside)} puts back what changed outside; or take it into the spec, or allow "
            f"it in {FILE} with address, path, reason and until"
        )
    return Part("error", f"drift in {count}", hint)
