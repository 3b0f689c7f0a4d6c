"""Two resources that are one thing to AWS: one is written over the other, or goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.values import meaning
from generator.refusal import UNPROTECT, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import TypeRow
    from generator.checks.guards.classification.table import Table
    from generator.checks.guards.owners.inventory import Inventory
    from generator.checks.guards.subject import Subject
    from generator.plans.plan import ResourceChange

# Stands for a name that is known only after the apply: it may be any.
_ANY: Final = object()
# What AWS takes for a name that nobody gives; without one of these it makes up a name that nothing else has.
_DEFAULTS: Final = {"event_bus_name": "default"}
_TRUST: Final = "assume_role_policy"
# It takes a policy away from all whom it does not list.
_EXCLUSIVE: Final = "aws_iam_policy_attachment"
_ATTACHED: Final = "policy_arn"
# The same, in the resource of the owner itself.
_LIST: Final = "managed_policy_arns"

_Key = tuple[object, ...]


def twins(subject: Subject) -> Iterator[Refusal]:
    """Refuse what is written over another resource of the plan, and what takes another one along."""
    by_type: dict[str, list[ResourceChange]] = {}
    for change in subject.inventory.resources:
        by_type.setdefault(change.type, []).append(change)
    for kind, changes in by_type.items():
        if subject.table.row(kind).overwrites:
            yield from _of_type(subject.inventory, changes)
    yield from _exclusive(by_type)
    for kind, changes in by_type.items():
        inline = [name for name in _inline(subject.table.row(kind)) if name != _TRUST]
        for change in changes if subject.table.row(kind).names else ():
            yield from _taken_away(subject, change, by_type)
        for change in changes if inline else ():
            yield from _said_twice(subject, change, inline, by_type)


def _of_type(inventory: Inventory, changes: list[ResourceChange]) -> Iterator[Refusal]:
    keys = {(change.address, side): _key(inventory, change, side) for change in changes for side in (BEFORE, AFTER)}
    there = [each for each in changes if keys[each.address, AFTER] is not None]
    stay = [each for each in there if keys[each.address, BEFORE] == keys[each.address, AFTER]]
    ahead = list(stay)
    for change in there:
        if change in stay:
            continue
        first = next((one for one in ahead if _agree(keys[one.address, AFTER], keys[change.address, AFTER])), None)
        if first is not None:
            names = " and ".join(inventory.table.row(change.type).overwrites)
            reason = f"is written over {first.address}, which has the same {names}: chance decides which of them holds"
            either = f"{first.address} or {change.address}"
            yield Refusal(UNPROTECT, change.address, reason, before=first.address, after=either)
        ahead.append(change)
    for change in changes:
        key = keys[change.address, BEFORE]
        if key is None or values_of(change, AFTER) is not None:
            continue
        for one in stay:
            if keys[one.address, AFTER] == key:
                reason = f"is deleted, and {one.address} with it: to AWS both are one thing"
                yield Refusal(UNPROTECT, change.address, reason, before=one.address, after="nothing")


def _key(inventory: Inventory, change: ResourceChange, side: str) -> _Key | None:
    """Return what names a resource to AWS; None where it is not there, or where AWS makes up a name."""
    values, unknown, its = values_of(change, side), unknown_of(change, side), inventory.table.row(change.type)
    if values is None:
        return None
    found: list[object] = []
    for name in its.overwrites:
        value = values.get(name) or _DEFAULTS.get(name)
        is_open = bool(unknown.get(name)) and inventory.expressions.is_configured(change, name)
        if name in its.owners.values():
            owners = inventory.owners_of(change, side)
            is_lost = is_open and all(owner.is_outside for owner in owners)
            found.append(_ANY if is_lost else frozenset(map(id, owners)))
        elif is_open:
            found.append(_ANY)
        elif value is None:
            return None
        else:
            found.append(value)
    return tuple(found)


def _agree(one: _Key | None, other: _Key | None) -> bool:
    pairs = zip(one or (), other or (), strict=True)
    return all(mine == its or mine is _ANY or its is _ANY for mine, its in pairs)


def _exclusive(by_type: dict[str, list[ResourceChange]]) -> Iterator[Refusal]:
    """Refuse a list of all to whom a policy is attached, where others attach it too."""
    others = [
        change
        for kind, changes in by_type.items()
        for change in changes
        if kind.endswith("_policy_attachment") and kind.startswith("aws_iam_")
    ]
    for change in by_type.get(_EXCLUSIVE, ()):
        if change.after is None or not change.is_change:
            continue
        named = {change.after.get(_ATTACHED), (change.before or {}).get(_ATTACHED)} - {None}
        for other in others:
            if other is not change and other.after is not None and other.after.get(_ATTACHED) in named:
                reason = f"takes the policy away from all whom it does not list, and {other.address} attaches it too"
                yield Refusal(UNPROTECT, change.address, reason, before=other.address, after=change.address)
                break


def _taken_away(
    subject: Subject, change: ResourceChange, by_type: dict[str, list[ResourceChange]]
) -> Iterator[Refusal]:
    """Refuse a list of all policies of an owner that leaves out one which a resource attaches."""
    after, unknown = change.after or {}, unknown_of(change, AFTER)
    owner = subject.inventory.owner_at(change.address)
    listed = set(after.get(_LIST) or ())
    is_new_list = listed != set((change.before or {}).get(_LIST) or ()) or bool(unknown.get(_LIST))
    if not is_new_list or not subject.expressions.is_configured(change, _LIST):
        return
    for kind, rivals in by_type.items():
        if not (kind.startswith("aws_iam_") and kind.endswith("_policy_attachment")):
            continue
        for rival in rivals:
            arn = (values_of(rival, AFTER) or {}).get(_ATTACHED)
            if arn is not None and arn not in listed and owner in subject.inventory.owners_of(rival, AFTER):
                reason = f"takes away what {rival.address} attaches: {_LIST} lists all, and does not name {arn}"
                yield Refusal(UNPROTECT, change.address, reason, (_LIST,), before=rival.address, after=change.address)


def _inline(its: TypeRow) -> list[str]:
    """Return the attributes of an owner that hold what other resources may say as well."""
    named = [path.partition(".")[0] for path, found in its.rules.items() if any(each.how == "policy" for each in found)]
    return [*dict.fromkeys(named)] if its.names else []


def _said_twice(
    subject: Subject, change: ResourceChange, inline: list[str], by_type: dict[str, list[ResourceChange]]
) -> Iterator[Refusal]:
    """Refuse a policy in an owner's own resource beside one in a resource for it."""
    after, unknown = change.after or {}, unknown_of(change, AFTER)
    owner = subject.inventory.owner_at(change.address)
    for name in inline:
        one, other = meaning((change.before or {}).get(name)), meaning(after.get(name))
        is_open = bool(unknown.get(name)) and subject.expressions.is_configured(change, name)
        if not is_open and (other is None or one == other):
            continue
        for rival in _rivals(subject.table, change.type, by_type):
            said = [meaning(value) for value in (rival.after or {}).values()]
            if owner in subject.inventory.owners_of(rival, AFTER) and rival.after is not None and other not in said:
                reason = f"says in {name} what {rival.address} says too: chance decides which of them holds"
                yield Refusal(UNPROTECT, change.address, reason, (name,), before=rival.address, after=change.address)
                break


def _rivals(known: Table, kind: str, by_type: dict[str, list[ResourceChange]]) -> Iterator[ResourceChange]:
    for each, changes in by_type.items():
        its = known.row(each)
        if kind in its.owners and any(rule.how == "policy" for found in its.rules.values() for rule in found):
            yield from changes
