"""Who applied an environment, when, and what was allowed for which reason: for a person, and as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from generator.display import visible
from generator.kept.history import BEGUN
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.kept.history import HistoryEntry
    from generator.terraform import Mode

_WITHOUT_REASON: Final = "no reason was given"


def history_report(name: str, mode: Mode, entries: Sequence[HistoryEntry]) -> Report:
    """Show the record of an environment."""
    document = {
        "ok": True,
        "environment": name,
        "mode": mode.value,
        "entries": [asdict(each) for each in entries],
    }
    if not entries:
        return Report(document, [Message("show", f"{name} was never applied ({mode.value})")])
    return Report(document, [Message("show", line) for line in _lines(entries)])


def _lines(entries: Sequence[HistoryEntry]) -> Iterator[str]:
    for place, entry in enumerate(entries):
        has_ended = any(later.verb == entry.verb and later.outcome != BEGUN for later in entries[place + 1 : place + 2])
        if entry.outcome == BEGUN and has_ended:
            # Its end says the same.
            continue
        outcome = "begun, and not ended" if entry.outcome == BEGUN else entry.outcome
        yield visible(f"{entry.when}  {entry.verb} {outcome}, by {entry.by or 'nobody knows whom'}")
        for one in entry.allowed:
            yield visible(f"  allowed {one.get('refusal', '')}: {one.get('reason') or _WITHOUT_REASON}")
            yield visible(f"    it {one.get('says', '')}")
