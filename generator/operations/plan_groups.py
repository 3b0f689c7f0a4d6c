"""Plans of several environments, grouped by what would happen, and by which keys of the spec groups differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.fleet.groups import Group, grouped
from generator.plans.comparable import Identity
from generator.spec.comparison import compare
from generator.spec.explain import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.plans.plan import Plan
    from generator.spec.environment import Environment
    from generator.workspace import Workspace

# The first group, and twelve that differ.
EXPLAINED: Final = 13
# They differ between any two environments, and plans are compared without them.
_OWN: Final = frozenset({"account", "region", "description"})


@dataclass(frozen=True, slots=True)
class PlanGroups:
    """Groups of environments in which the same would happen.

    Attributes:
        groups: the largest first.
        because: keys of the spec in which the first environment of a group is not like the first of all.
    """

    groups: Sequence[Group]
    because: Mapping[str, Sequence[str]]


def group_plans(workspace: Workspace, environments: Sequence[Environment], plans: Mapping[str, Plan]) -> PlanGroups:
    """Group environments by what would happen in them.

    Args:
        workspace: where their specs lie.
        environments: those that were asked for.
        plans: of those that could be planned.
    """
    identities = {item.name: Identity(item.name, item.spec.account, item.spec.region) for item in environments}
    groups = grouped(plans, identities)
    return PlanGroups(groups, _because(workspace, environments, groups))


def _because(
    workspace: Workspace, environments: Sequence[Environment], groups: Sequence[Group]
) -> dict[str, list[str]]:
    if len(groups) < 2:  # noqa: PLR2004  # nothing differs from itself
        return {}
    by_name = {environment.name: environment for environment in environments}
    first = explain(workspace, by_name[groups[0].environments[0]])
    found: dict[str, list[str]] = {}
    for group in groups[1:EXPLAINED]:
        name = group.environments[0]
        differences = compare(first, explain(workspace, by_name[name]))
        own = [item.key for item in differences if not item.follows and item.section not in _OWN]
        found[name] = own
    return found
