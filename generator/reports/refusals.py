"""What a guard refuses, for a person and as data: address, reason, place in the spec, and what allows just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import visible
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.guards.refusal import Refusal


def refusal_lines(refusals: Sequence[Refusal]) -> Iterator[str]:
    """Show refusals, those of one resource and kind together."""
    grouped: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        grouped.setdefault((refusal.kind, refusal.address), []).append(refusal)
    for (kind, address), same in grouped.items():
        yield f"  {styled(f'! {kind}', color='red', bold=True)} {visible(address)}"
        for refusal in same:
            yield f"      {visible(refusal.reason)}"
            if refusal.before and refusal.before not in refusal.reason:
                yield f"      now: {visible(refusal.before)}; then: {visible(refusal.after)}"
            for origin in refusal.origins:
                yield f"      set at {visible(origin)}"
        yield f"      {visible(same[0].flag) or 'nothing allows it'}"


def as_data(refusal: Refusal) -> dict[str, object]:
    """Write a refusal as JSON data."""
    return {
        "kind": refusal.kind,
        "address": refusal.address,
        "reason": refusal.reason,
        "path": list(refusal.path),
        "before": refusal.before,
        "after": refusal.after,
        "allow": refusal.consent if refusal.can_be_allowed else None,
        "origins": list(refusal.origins),
    }
