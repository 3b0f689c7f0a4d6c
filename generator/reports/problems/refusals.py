"""What a guard refuses, as data: address, reason, place in the spec, and the flag that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.refusal import Refusal


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
