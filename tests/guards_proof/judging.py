"""The guards, asked about plan JSON of an environment."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.checks.guards.judge import judge
from generator.checks.guards.settings import Settings
from generator.plans.plan import parse_plan
from guards_proof.applied import folder_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.refusal import Refusal

ACCOUNTS = {
    "prod": "333344445555",
    "pipeline": "333344445555",
    "monorepo": "222233334444",
    "full": "111122223333",
    "bare": "111122223333",
}


def refusals(
    plan: Mapping[str, Any],
    base: str,
    *,
    variant: str = "",
    environment_class: str = "prod",
    is_rendered: bool = True,
) -> list[Refusal]:
    """Judge a plan.

    Args:
        plan: plan JSON.
        base: the environment that is applied.
        variant: whose rendered modules the plan was made from; by default those of the base.
        environment_class: dev, staging or prod.
        is_rendered: whether the plan was made from those modules as they were rendered, and not changed by hand.
    """
    return judge(
        parse_plan(plan),
        Settings(max_deletions=10_000),
        account=ACCOUNTS[base],
        environment_class=environment_class,
        configuration=folder_of(variant or base) / "rendered" if is_rendered else None,
        spec_texts=lambda: texts_of(variant or base),
    )


@cache
def texts_of(name: str) -> frozenset[str]:
    """Return the texts of a spec."""
    return frozenset(json.loads((folder_of(name) / "texts.json").read_text()))
