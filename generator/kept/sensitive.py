"""Whether a plan that was kept without its sensitive values lacks something that guards have to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.guards.classification.vocabulary import QUIET
from generator.plans.planned import SENSITIVE
from generator.plans.value_pairs import compared

if TYPE_CHECKING:
    from generator.checks.guards.classification.table import Table
    from generator.plans.plan import Plan


def lacks_watched(plan: Plan, known: Table) -> bool:
    """Whether a word stands in place of a value that decides whether something is refused.

    Args:
        plan: as it was kept.
        known: what is classified.
    """
    for change in plan.resources:
        if not (change.before_sensitive or change.after_sensitive):
            continue
        for leaf in compared(change.before, change.after):
            if SENSITIVE in (leaf.before, leaf.after) and _is_watched(known, change.type, leaf.dotted):
                return True
    return False


def _is_watched(known: Table, kind: str, dotted: str) -> bool:
    rules = known.rules_of(kind, dotted) or known.rules_below(kind, dotted)
    # What nobody has classified may be anything.
    return any(rule.how not in QUIET for rule in rules) or (not rules and not known.row(kind).is_loose)
