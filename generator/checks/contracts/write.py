"""The text of a contract after `tfstencil test --update`: a draft where there is none, else the same with repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.contracts.check import check
from generator.checks.contracts.draft import draft
from generator.checks.contracts.update import updated

if TYPE_CHECKING:
    from generator.checks.contracts.contract import Contract
    from generator.plans.planned import PlannedStack


def rewritten(contract: Contract | None, text: str, environment: str, stack: PlannedStack) -> str:
    """Return the text of a contract that `stack` fulfils.

    Args:
        contract: the contract as it is, None where there is none.
        text: its text.
        environment: its environment.
        stack: what the plan has.
    """
    if contract is None:
        return draft(environment, stack)
    return updated(text, check(contract, stack), stack)
