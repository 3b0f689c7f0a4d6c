"""Each resource before with what takes its place afterwards, by whose it is and not by its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import TypeRow
    from generator.checks.guards.owners.inventory import Inventory, Owner
    from generator.plans.plan import ResourceChange


# What says what a guardian is about, and where it tells of it.
_EXACT: Final = frozenset({"same", "place", "redrive", "unchanged"})


@dataclass(frozen=True, slots=True)
class Pair:
    """One resource before, and what takes its place.

    Attributes:
        type: of both.
        owner: whose they are; None for nobody's.
        before: None where nothing was there.
        after: None where nothing takes its place.
        twins: addresses of those of its kind that come before it, where its owner can have one only.
    """

    type: str
    owner: Owner | None
    before: ResourceChange | None
    after: ResourceChange | None
    twins: tuple[str, ...] = ()

    @property
    def resource(self) -> ResourceChange:
        """The resource that is spoken of: the one that will be there, else the one that was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  # one of them is always there
        return found

    @property
    def address(self) -> str:
        """The address of the resource that is spoken of."""
        return self.resource.address

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing happens to it."""
        return self.before is self.after and not self.resource.is_change and not self.twins


def pairs(inventory: Inventory) -> Iterator[Pair]:
    """Yield all resources of a plan, paired."""
    groups: dict[tuple[str, int], tuple[Owner | None, list[ResourceChange], list[ResourceChange]]] = {}
    for change in inventory.resources:
        for side in (BEFORE, AFTER):
            if values_of(change, side) is None:
                continue
            for owner in _owners(inventory, change, side):
                _, before, after = groups.setdefault((change.type, id(owner)), (owner, [], []))
                (before if side == BEFORE else after).append(change)
    for (kind, _), (owner, before, after) in groups.items():
        yield from _paired(inventory.table.row(kind), kind, owner, before, after)


def _owners(inventory: Inventory, change: ResourceChange, side: str) -> list[Owner | None]:
    own = inventory.owner_at(change.address)
    if own is not None:
        return [own]
    return [*inventory.owners_of(change, side)] or [None]


def _paired(
    its: TypeRow, kind: str, owner: Owner | None, before: list[ResourceChange], after: list[ResourceChange]
) -> Iterator[Pair]:
    is_single = bool(its.owners or its.protects) and not its.several
    # What two of one name are, another guard says.
    has_more = is_single and not its.overwrites and len(after) > max(1, len(before))
    ahead: list[str] = []
    stay = [one for one in before if one in after]
    for one in [*stay, *(one for one in before if one not in stay)]:
        other = one if one in stay else _successor(one, after, its, is_single=is_single or bool(its.names))
        if other is not None:
            before.remove(one)
            after.remove(other)
            ahead.append(other.address)
            yield Pair(kind, owner, one, other)
    yield from (Pair(kind, owner, one, None) for one in before)
    for one in after:
        yield Pair(kind, owner, None, one, tuple(ahead) if has_more else ())
        ahead.append(one.address)


def _successor(
    one: ResourceChange, after: list[ResourceChange], its: TypeRow, *, is_single: bool
) -> ResourceChange | None:
    for name in (*its.several, *its.names):
        value = _value(one.before, name)
        same = [other for other in after if value is not None and _value(other.after, name) == value]
        if same:
            return same[0]
    if is_single:
        return max(after, key=lambda other: _likeness(one, other), default=None)
    return next((other for other in after if _is_renamed(one, other, its)), None)


def _is_renamed(one: ResourceChange, other: ResourceChange, its: TypeRow) -> bool:
    """Whether a guardian goes on under another name: whose it is, and what it is about, is the same."""
    if not its.protects or its.grants or its.admits:
        return False
    exact = {path.partition(".")[0] for path, rules in its.rules.items() if any(rule.how in _EXACT for rule in rules)}
    return all(_value(one.before, name) == _value(other.after, name) for name in exact)


def _likeness(one: ResourceChange, other: ResourceChange) -> int:
    before, after = values_of(one, BEFORE) or {}, values_of(other, AFTER) or {}
    return sum(after.get(name) == value for name, value in before.items() if value)


def _value(values: Any, name: str) -> Any:  # noqa: ANN401  # any JSON value
    return (values or {}).get(name)
