"""What all judges of starts share: a resource with its unknown values marked, and the refusal of what starts more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.values import shown
from generator.permissions.document import marked
from generator.permissions.policy import UNKNOWN
from generator.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from generator.checks.guards.owners.pairs import Pair
    from generator.refusal import Path

LATER: Final = "known only after apply"


def both(pair: Pair) -> tuple[Any, Any]:
    """Return a resource before and after, with unknown values marked; an empty mapping where there is none."""
    before = marked(values_of(pair.before, BEFORE), {}) if pair.before else {}
    after = marked(values_of(pair.after, AFTER), dict(unknown_of(pair.after, AFTER))) if pair.after else {}
    return before, after


def widened(pair: Pair, reason: str, path: Path, before: str, after: str) -> Refusal:
    """Refuse what starts more than before."""
    return Refusal(WIDEN, pair.address, f"{reason}; before: {before}", path, before=before, after=after)


def said(value: object) -> str:
    """Write a value for a person, also one that is not known yet."""
    return LATER if value is UNKNOWN else shown(value) or "nothing"
