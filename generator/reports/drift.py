"""Drift for a person, and as JSON data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from generator.checks.drift.known import FILE
from generator.display import plural, visible
from generator.reports.errors import failures_data
from generator.reports.plan import count_words
from generator.reports.report import Failure, Part, Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.checks.drift.classify import Drift, Known
    from generator.checks.drift.difference import Difference
    from generator.operations.drift import DriftResult

_LONGEST: Final = 80
_OUTSIDE: Final = {"delete": "was deleted", "create": "is there again"}
_UNAPPLIED: Final = {
    "create": "is to be created",
    "delete": "is to be deleted",
    "forget": "is to be forgotten",
    "update": "is to change",
}


def drift_report(result: DriftResult) -> Report:
    """Show what was found in all environments."""
    document: dict[str, object] = {
        "ok": result.ok,
        "mode": result.stacks[0].runner.mode.value,
        "environments": [as_data(name, drift) for name, drift in result.drifts.items()],
        "unused": [{"place": str(entry.place), "reason": entry.reason} for entry in result.unused],
        **failures_data(result.failures),
    }
    return Report(document, _parts(result))


def _parts(result: DriftResult) -> Iterator[Part | Failure]:
    for stack in result.stacks:
        if stack.name in result.drifts:
            yield from shown([styled(stack.title, bold=True), *drift_lines(result.drifts[stack.name]), ""])
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


def drift_lines(drift: Drift) -> Iterator[str]:
    """Show what was found in one environment."""
    if not drift.is_applied:
        yield f"  Not applied yet: {count_words(drift.counts)}"
        return
    if not (drift.outside or drift.unapplied or drift.known or drift.expired):
        yield "  No drift"
    if drift.outside:
        yield styled("  changed outside", color="red")
        yield from _lines(drift.outside, _OUTSIDE)
    if drift.unapplied:
        yield styled("  unapplied code", color="yellow")
        yield from _lines(drift.unapplied, _UNAPPLIED)
    if drift.expired:
        yield styled("  allowed once, and not any more", color="red")
        yield from _known_lines(drift.expired)
    if drift.known:
        yield styled("  known", color="green")
        yield from _known_lines(drift.known)


def as_data(name: str, drift: Drift) -> dict[str, object]:
    """Write what was found in one environment as JSON data."""
    return {
        "name": name,
        "is_applied": drift.is_applied,
        "outside": [_data(item) for item in drift.outside],
        "unapplied": [_data(item) for item in drift.unapplied],
        "known": [_known_data(item) for item in drift.known],
        "expired": [_known_data(item) for item in drift.expired],
    }


def _lines(found: Sequence[Difference], words: dict[str, str]) -> Iterator[str]:
    for item in found:
        yield f"    {visible(_said(item, words))}"


def _known_lines(found: Sequence[Known]) -> Iterator[str]:
    for item in found:
        words = _OUTSIDE if item.kind == "outside" else _UNAPPLIED
        yield f"    {visible(_said(item.difference, words))}"
        yield f"      until {item.allowance.until} ({item.allowance.place}): {visible(item.allowance.reason)}"


def _said(item: Difference, words: dict[str, str]) -> str:
    if item.action == "move":
        return f"{item.address}: is to move here from {item.before}"
    if not item.path:
        return f"{item.address}: {words.get(item.action, item.action)}"
    return f"{item.address}: {item.path}: {_value(item.before)} → {_value(item.after)}"


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _data(item: Difference) -> dict[str, object]:
    return {
        "address": item.address,
        "action": item.action,
        "path": item.path,
        "before": item.before,
        "after": item.after,
    }


def _known_data(item: Known) -> dict[str, object]:
    entry = item.allowance
    return _data(item.difference) | {
        "kind": item.kind,
        "reason": entry.reason,
        "until": str(entry.until),
        "place": str(entry.place),
    }
