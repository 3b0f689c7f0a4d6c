"""Drift for a person, and as JSON data."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from generator.checks.drift.known import FILE
from generator.display import plural, visible
from generator.reports.plan.words import count_words, cut, data_text
from generator.reports.problems.errors import failures_data
from generator.reports.report import Failure, Message, Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.checks.drift.classify import Drift, Known
    from generator.checks.drift.difference import DriftedValue
    from generator.operations.checks.drift import DriftResult
    from generator.reports.plan.document import Origin

    LocateOne = Callable[[DriftedValue], Sequence[Origin]]
    Locate = Callable[[str, DriftedValue], Sequence[Origin]]

_LONGEST: Final = 72
_OUTSIDE: Final = {"delete": "was deleted", "create": "is there again"}
_UNAPPLIED: Final = {
    "create": "is to be created",
    "delete": "is to be deleted",
    "forget": "is to be forgotten",
    "update": "is to change",
}


def drift_report(result: DriftResult, locate: Locate) -> Report:
    """Show what was found in all environments.

    Args:
        result: of the comparison.
        locate: says where the spec of an environment asks for a difference that is not applied.
    """
    document: dict[str, object] = {
        "ok": result.ok,
        "mode": result.stacks[0].runner.mode.value,
        "environments": [as_data(name, drift, partial(locate, name)) for name, drift in result.drifts.items()],
        "unused": [{"place": str(entry.place), "reason": entry.reason} for entry in result.unused],
        **failures_data(result.failures),
    }
    return Report(document, _messages(result, locate))


def _messages(result: DriftResult, locate: Locate) -> Iterator[Message | Failure]:
    for stack in result.stacks:
        if stack.name in result.drifts:
            lines = drift_lines(result.drifts[stack.name], partial(locate, stack.name))
            yield from shown([styled(stack.title, bold=True), *lines, ""])
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


def drift_lines(drift: Drift, locate: LocateOne = lambda _: ()) -> Iterator[str]:
    """Show what was found in one environment.

    Args:
        drift: what was found.
        locate: says where the spec asks for a difference that is not applied.
    """
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
        for item in drift.unapplied:
            yield from _lines([item], _UNAPPLIED)
            for origin in locate(item):
                yield f"      {styled(f'{origin.place} ({visible(origin.key)})', dim=True)}"
    if drift.expired:
        yield styled("  allowed once, and not any more", color="red")
        yield from _known_lines(drift.expired)
    if drift.known:
        yield styled("  known", color="green")
        yield from _known_lines(drift.known)


def as_data(name: str, drift: Drift, locate: LocateOne = lambda _: ()) -> dict[str, object]:
    """Write what was found in one environment as JSON data."""
    return {
        "name": name,
        "is_applied": drift.is_applied,
        "outside": [_data(item) for item in drift.outside],
        "unapplied": [
            _data(item) | {"origins": [{"place": each.place, "key": each.key} for each in locate(item)]}
            for item in drift.unapplied
        ],
        "known": [_known_data(item) for item in drift.known],
        "expired": [_known_data(item) for item in drift.expired],
    }


def _lines(found: Sequence[DriftedValue], words: dict[str, str]) -> Iterator[str]:
    for item in found:
        yield f"    {visible(_said(item, words))}"


def _known_lines(found: Sequence[Known]) -> Iterator[str]:
    for item in found:
        words = _OUTSIDE if item.kind == "outside" else _UNAPPLIED
        yield f"    {visible(_said(item.difference, words))}"
        yield f"      until {item.allowance.until} ({item.allowance.place}): {visible(item.allowance.reason)}"


def _said(item: DriftedValue, words: dict[str, str]) -> str:
    if item.action == "move":
        return f"{item.address}: is to move here from {item.before}"
    if not item.path:
        return f"{item.address}: {words.get(item.action, item.action)}"
    return f"{item.address}: {item.path}: {_value(item.before)} → {_value(item.after)}"


def _value(value: object) -> str:
    return "nothing" if value is None else cut(data_text(value), _LONGEST)


def _data(item: DriftedValue) -> dict[str, object]:
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
