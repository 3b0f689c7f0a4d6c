"""Whether a plan that was kept without its sensitive values lacks something that guards have to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.guards.classification.rows import QUIET, row, rules_below, rules_of
from generator.plans.planned import SENSITIVE
from generator.plans.value_pairs import compared

if TYPE_CHECKING:
    from generator.plans.plan import Plan


def lacks_watched(plan: Plan) -> bool:
    """Whether a word stands in place of a value that decides whether something is refused."""
    for change in plan.resources:
        if not (change.before_sensitive or change.after_sensitive):
            continue
        for leaf in compared(change.before, change.after):
            if SENSITIVE in (leaf.before, leaf.after) and _is_watched(change.type, leaf.dotted):
                return True
    return False


def _is_watched(kind: str, dotted: str) -> bool:
    rules = rules_of(kind, dotted) or rules_below(kind, dotted)
    # What nobody has classified may be anything.
    return any(rule.how not in QUIET for rule in rules) or (not rules and not row(kind).is_loose)
