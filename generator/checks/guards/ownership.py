"""Whose resources a state holds: those of the environment, or those of another one.

Two environments that share a state destroy each other's resources, and no plan looks wrong. So before anything is
planned on a state, what it holds must bear the environment's own name, or one that its spec says it bore before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.errors import ForeignStateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from generator.plans.plan import Plan

# Arguments that hold the name of what a resource is, or is a part of.
_NAMES: Final = ("name", "bucket", "role", "rule", "repository", "dashboard_name", "log_group_name", "project_name")
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class StateOwner:
    """An environment, as its resources tell it.

    Attributes:
        environment: its name, the value of the tag `Environment`.
        stack: the value of the tag `Stack`; "" where nothing tells it any more, and any will do.
        former: identities that it had before, as `<stack>/<environment>`.
        claimed: returns what each environment of the workspace calls its own: names, by environment. Asked only where
            no tag tells whose a resource is.
    """

    environment: str
    stack: str
    former: tuple[str, ...]
    claimed: Callable[[], Mapping[str, frozenset[str]]]

    def is_own(self, stack: str, environment: str) -> bool:
        """Tell whether resources with these tags are the environment's."""
        now = environment == self.environment and self.stack in {stack, ""}
        return now or f"{stack}/{environment}" in self.former


@dataclass(frozen=True, slots=True)
class Recorded:
    """A resource as the state has it."""

    address: str
    attributes: Mapping[str, Any]

    @property
    def identity(self) -> tuple[str, str] | None:
        """Stack and environment, by its tags; None where it has no such tags."""
        tags = self.attributes.get("tags_all") or self.attributes.get("tags")
        if not isinstance(tags, dict):
            return None
        stack, environment = tags.get("Stack"), tags.get("Environment")
        return (stack, environment) if isinstance(stack, str) and isinstance(environment, str) else None

    @property
    def names(self) -> set[str]:
        """The names that it bears, in lower case."""
        values = (self.attributes.get(name) for name in _NAMES)
        return {value.lower() for value in values if isinstance(value, str)}


def recorded_in_plan(plan: Plan) -> list[Recorded]:
    """List what the state held when a plan was made, as the last apply left it.

    A plan to destroy does not tell what it did not find any more: for that the state itself must be read.
    """
    found = {resource.address: resource.values for resource in plan.state() if resource.mode == "managed"}
    # A tag that somebody has changed by hand says nothing about whose a resource is; and what is not found any more, in
    # another account perhaps, still stood in the state.
    found |= {change.address: change.before for change in plan.drift if change.before and change.mode == "managed"}
    return [Recorded(address, attributes) for address, attributes in found.items()]


def recorded_in_state(state: Mapping[str, Any]) -> list[Recorded]:
    """List what a state holds that was pulled."""
    return [
        Recorded(
            ".".join(filter(None, (item.get("module"), item.get("type"), item.get("name")))),
            instance.get("attributes") or {},
        )
        for item in state.get("resources") or ()
        if item.get("mode") == "managed"
        for instance in item.get("instances") or ()
    ]


def require_own(resources: Iterable[Recorded], owner: StateOwner) -> None:
    """Refuse a state that holds resources of another environment.

    Raises:
        ForeignStateError: it names the other one.
    """
    foreign = _foreign([*resources], owner)
    if not foreign:
        return
    lines, identities = [], []
    for (stack, environment), addresses in sorted(foreign.items()):
        shown = ", ".join(addresses[:_SHOWN])
        more = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
        lines.append(f"{environment} (stack {stack}): {shown}{more}" if stack else f"{environment}: {shown}{more}")
        identities.append(f"{stack or owner.stack}/{environment}")
    raise ForeignStateError(
        f"the state of {owner.environment} holds resources of {'; of '.join(lines)}",
        hint=f"nothing was changed. Give {owner.environment} a state of its own (state.key), so that it cannot destroy "
        f"what is not its own; or, where it is that environment under another name, say so in its spec: "
        f"formerly: [{', '.join(identities)}]",
    )


def _foreign(resources: list[Recorded], owner: StateOwner) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    tagged = [(each, each.identity) for each in resources]
    for each, identity in tagged:
        if identity and not owner.is_own(*identity):
            found[identity].append(each.address)
    if found or any(identity for _, identity in tagged):
        # What cannot be tagged belongs to what it is a part of, or stands beside.
        return found
    for each, environment in _by_name(resources, owner):
        found["", environment].append(each.address)
    return found


def _by_name(resources: list[Recorded], owner: StateOwner) -> Iterator[tuple[Recorded, str]]:
    """Yield what bears a name that another environment claims, and the environment itself does not."""
    if not resources:
        return
    claimed = owner.claimed()
    own = claimed.get(owner.environment, frozenset())
    former = {identity.partition("/")[2] for identity in owner.former}
    for each in resources:
        if each.names.isdisjoint(own):
            for environment, names in claimed.items():
                if environment not in {owner.environment, *former} and not each.names.isdisjoint(names):
                    yield each, environment
                    break
