"""What the guards watch of a resource: for a person, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import visible
from generator.reports.report import Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.explanation import WatchedType


def guards_report(found: WatchedType) -> Report:
    """Show which attributes are watched, how each is judged, and why."""
    return Report({"ok": True} | found.as_data(), shown(_lines(found)))


def _lines(found: WatchedType) -> Iterator[str]:
    yield styled(visible(found.type), bold=True)
    for fact in found.facts:
        yield f"  {fact}"
    width = max((len(each.path) for each in found.watched), default=0)
    yield ""
    for each in found.watched:
        yield f"  {each.path:<{width}}  {each.how:<10}  {each.why}"
