"""All guards, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.guards.destruction import destruction, too_many
from generator.guards.protection import protection
from generator.guards.retention import retention
from generator.guards.widening import widening

if TYPE_CHECKING:
    from generator.guards.refusal import Refusal
    from generator.guards.settings import Settings
    from generator.terraform.plan import Plan


def judge(plan: Plan, settings: Settings, *, account: str, is_destroy: bool = False) -> list[Refusal]:
    """List what speaks against applying a plan.

    Args:
        plan: to be judged.
        settings: of the workspace.
        account: of the environment, twelve digits.
        is_destroy: everything is meant to go, so that only what holds data counts.
    """
    found = list(destruction(plan, settings.holdings))
    if not is_destroy:
        found += protection(plan)
        found += retention(plan)
        found += widening(plan, account)
        found += too_many(plan, settings.max_deletions)
    return found
