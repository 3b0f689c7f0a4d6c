"""What two environments differ in, for a person and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.checks.parity.allowance import FILE
from generator.display import plural, visible
from generator.reports.plan.words import divergence_words
from generator.reports.report import Message, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.checks.allowance import Allowance
    from generator.checks.parity.judge import Parity
    from generator.plans.comparable import Divergence

_LONGEST: Final = 300


def parity_report(names: Sequence[str], parity: Parity) -> Report:
    """Show what two environments differ in, and what allows it."""
    document = {
        "ok": parity.holds,
        "environments": list(names),
        "refused": [_as_data(item) for item in parity.refused],
        "expired": [_as_data(item) | _reason_data(allowance) for item, allowance in parity.expired],
        "allowed": [_as_data(item) | _reason_data(allowance) for item, allowance in parity.allowed],
        "unused": [_reason_data(allowance) for allowance in parity.unused],
    }
    return Report(document, _messages(names, parity))


def _messages(names: Sequence[str], parity: Parity) -> Iterator[Message]:
    yield from shown(map(visible, _lines(parity)))
    for allowance in parity.unused:
        yield Message(
            "warn", f"{allowance.place}: nothing differs there any more ({allowance.reason}); delete the entry"
        )
    pair = f"{names[0]} and {names[1]}"
    allowed = f", {plural(len(parity.allowed), 'difference')} allowed" if parity.allowed else ""
    if parity.holds:
        yield Message("done", f"{pair} are the same{allowed}")
    else:
        found = len(parity.refused) + len(parity.expired)
        hint = f"make them the same, or allow it in {FILE} with address, path, reason and until"
        yield Message("error", f"{pair} differ in {plural(found, 'value')} that nothing allows{allowed}", hint)


def _lines(parity: Parity) -> Iterator[str]:
    for item in parity.refused:
        yield f"not allowed  {divergence_words(item, _LONGEST)}"
    for item, allowance in parity.expired:
        yield f"expired      {divergence_words(item, _LONGEST)}"
        yield f"             allowed until {allowance.until} at {allowance.place}: {allowance.reason}"
    for item, allowance in parity.allowed:
        yield f"allowed      {divergence_words(item, _LONGEST)}"
        yield f"             until {allowance.until}: {allowance.reason}"


def _as_data(item: Divergence) -> dict[str, object]:
    return {"address": item.address, "path": item.path, "left": item.left, "right": item.right}


def _reason_data(allowance: Allowance) -> dict[str, object]:
    return {"reason": allowance.reason, "until": str(allowance.until), "place": str(allowance.place)}
