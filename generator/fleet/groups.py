"""The same change in many environments, said once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.plans.comparable import ACTION, changes_of, divergences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.plans.comparable import Divergence, Facts, Identity
    from generator.plans.plan import Plan


@dataclass(frozen=True, slots=True)
class Group:
    """Environments in which the same would happen.

    Attributes:
        environments: their names.
        changes: what happens, by address, without what is one environment's own.
        differs: in what it is not like the largest group; empty for that one.
    """

    environments: tuple[str, ...]
    changes: Mapping[str, Facts]
    differs: tuple[Divergence, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of changing resources by action, in one environment."""
        actions = Counter(str(facts[ACTION]) for facts in self.changes.values())
        return {action: number for action, number in actions.items() if action != "read"}


def grouped(plans: Mapping[str, Plan], identities: Mapping[str, Identity]) -> list[Group]:
    """Group environments by what would happen in them, names, accounts and regions aside.

    Args:
        plans: by environment.
        identities: what is an environment's own, by environment.

    Returns:
        The largest group first; of two of a size the one that comes first in `plans`.
    """
    changes = {name: changes_of(plan, identities[name]) for name, plan in plans.items()}
    alike: dict[str, list[str]] = {}
    for name, found in changes.items():
        alike.setdefault(json.dumps(found, sort_keys=True, default=str), []).append(name)
    ordered = sorted(alike.values(), key=len, reverse=True)
    first = changes[ordered[0][0]] if ordered else {}
    return [Group(tuple(names), changes[names[0]], tuple(divergences(first, changes[names[0]]))) for names in ordered]
