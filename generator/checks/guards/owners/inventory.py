"""The things that a plan finds and leaves: each by the names that others know it by, before and after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.deletion.destruction import is_debris

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generator.checks.guards.classification.table import Table
    from generator.checks.guards.rendered.expressions import Expressions
    from generator.checks.guards.rendered.traversal import Target
    from generator.plans.plan import Plan, ResourceChange

# By side: the values, and what of them is known after apply only.
BEFORE: Final = "before"
AFTER: Final = "after"


@dataclass(eq=False, slots=True)
class Owner:
    """One thing, such as a bucket; also one that no resource of the plan makes.

    Attributes:
        type: of its resource.
        name: for messages.
        addresses: of the resources that make it.
        is_there: whether it exists before.
        stays: whether it exists afterwards.
        is_replaced: it exists before and after, and is another.
        is_outside: no resource of the plan makes it.
        known: the names that it goes by, by side.
    """

    type: str
    name: str
    addresses: list[str] = field(default_factory=list)
    is_there: bool = False
    stays: bool = False
    is_replaced: bool = False
    is_outside: bool = False
    known: dict[str, set[str]] = field(default_factory=lambda: {BEFORE: set(), AFTER: set()})

    @property
    def words(self) -> str:
        """The owner in words: `the bucket acme-artifacts`."""
        kind = self.type.removeprefix("aws_").replace("_", " ")
        return f"{_WORDS.get(self.type, kind)} {self.name}".rstrip()


_WORDS: Final = {
    "aws_cloudwatch_event_rule": "rule",
    "aws_cloudwatch_log_group": "log group",
    "aws_codebuild_project": "project",
    "aws_codepipeline": "pipeline",
    "aws_ecr_repository": "repository",
    "aws_iam_group": "group",
    "aws_iam_policy": "policy",
    "aws_iam_role": "role",
    "aws_iam_user": "user",
    "aws_kms_key": "key",
    "aws_s3_bucket": "bucket",
    "aws_secretsmanager_secret": "secret",
    "aws_sns_topic": "topic",
    "aws_sqs_queue": "queue",
    "aws_vpc": "network",
    "aws_vpc_endpoint": "endpoint",
}


def values_of(change: ResourceChange, side: str) -> Mapping[str, Any] | None:
    """Return what a resource holds on one side; what is forgotten stays as it is."""
    if side == BEFORE:
        return change.before
    return change.before if change.action == "forget" else change.after


def unknown_of(change: ResourceChange, side: str) -> Mapping[str, Any]:
    """Return the shape of what is unknown on one side."""
    return {} if side == BEFORE or change.action == "forget" else change.after_unknown


class Inventory:
    """All owners of a plan.

    Args:
        plan: the plan.
        expressions: tell what unknown values stand for.
        known: what is classified.
        half_made: addresses that an apply began to make and did not finish: nothing was there.
    """

    def __init__(self, plan: Plan, expressions: Expressions, known: Table, half_made: Collection[str] = ()) -> None:
        self.table = known
        self.resources = [
            replace(change, before=None, actions=("create",)) if is_debris(change, half_made) else change
            for change in plan.resources
            if change.mode == "managed" and not change.deposed
        ]
        self.expressions = expressions
        self._at_address: dict[tuple[str, str, str], list[ResourceChange]] = {}
        for change in self.resources:
            self._at_address.setdefault((_without_keys(change.module), change.type, change.name), []).append(change)
        self._by_name: dict[tuple[str, str, str], Owner] = {}
        self._by_address: dict[str, Owner] = {}
        self._outside: dict[tuple[str, str], Owner] = {}
        # Who goes first, so that one that comes under another address with the same name is found to be the same.
        for change in sorted(self.resources, key=lambda each: each.before is None):
            if self.table.row(change.type).names:
                self._add(change)
        self._succeed()
        self.gone = {name for change in self.resources if self._is_gone(change) for name in self._all_names(change)}

    def owner_at(self, address: str) -> Owner | None:
        """Return the owner that a resource makes."""
        return self._by_address.get(address)

    def owners(self) -> Iterable[Owner]:
        """Return all owners that resources of the plan make."""
        return dict.fromkeys(self._by_address.values())

    def replaced(self) -> Iterator[tuple[Owner, set[str], set[str]]]:
        """Yield the owners that are made again, and the names that they went and will go by."""
        for owner in self.owners():
            if owner.is_replaced:
                yield owner, owner.known[BEFORE], owner.known[AFTER]

    def owners_of(self, change: ResourceChange, side: str) -> list[Owner]:
        """Return whom a resource belongs to on one side.

        One whose owner nobody knows belongs to somebody unknown, outside the plan.
        """
        values, owners = values_of(change, side) or {}, self.table.row(change.type).owners
        found: list[Owner | None] = []
        for kind, attribute in owners.items():
            top, _, below = attribute.partition(".")
            value = (values.get(top) or {}).get(below) if below else values.get(top)
            if value is None and unknown_of(change, side).get(top):
                found.append(self._referenced(kind, change, top))
            elif isinstance(value, str):
                found.append(self._named(kind, value, side))
            elif isinstance(value, list):
                found += [self._named(kind, name, side) or self._stranger(kind, name) for name in map(str, value)]
        known = list(dict.fromkeys(owner for owner in found if owner))
        return known or self._strangers(change, side, values)

    def _strangers(self, change: ResourceChange, side: str, values: Mapping[str, Any]) -> list[Owner]:
        for kind, attribute in self.table.row(change.type).owners.items():
            if "." in attribute:
                # It may name anything there, or nothing.
                return []
            if unknown_of(change, side).get(attribute) and not isinstance(values.get(attribute), list):
                return [self._stranger(kind, f"that {change.address} names after the apply")]
            if isinstance(values.get(attribute), str):
                return [self._stranger(kind, values[attribute])]
        return []

    def _stranger(self, kind: str, name: str) -> Owner:
        return self._outside.setdefault((kind, name), Owner(kind, name, is_there=True, stays=True, is_outside=True))

    def makes(self, target: Target) -> bool:
        """Whether the plan makes or keeps the resource that an expression stands for."""
        return any(change.after is not None for change in self._at(target))

    def names_before(self, target: Target) -> Iterator[str]:
        """Yield the names that the resource went by which an expression stands for."""
        for change in self._at(target):
            yield from self._all_names(change)

    def named(self, kind: str, name: str) -> Owner | None:
        """Return the owner of a type that goes by a name afterwards."""
        return self._by_name.get((kind, name, AFTER))

    def made_at(self, target: Target) -> list[Owner]:
        """Return the owners that an expression may stand for."""
        found = (self.owner_at(change.address) for change in self._at(target))
        return [owner for owner in found if owner is not None]

    def _at(self, target: Target) -> list[ResourceChange]:
        return self._at_address.get((_without_keys(target.module), target.type, target.name), [])

    def _add(self, change: ResourceChange) -> None:
        names = {side: set(self._names(change, side)) for side in (BEFORE, AFTER)}
        same = (self._by_name.get((change.type, name, BEFORE)) for name in sorted(names[AFTER]))
        known = next((owner for owner in same if owner), None) if change.before is None else None
        owner = known or Owner(change.type, _label(change))
        owner.addresses.append(change.address)
        owner.is_there |= change.before is not None
        owner.stays |= values_of(change, AFTER) is not None
        owner.is_replaced |= change.action == "replace"
        self._by_address[change.address] = owner
        for side, found in names.items():
            owner.known[side] |= found
            for name in found:
                self._by_name[change.type, name, side] = owner

    def _succeed(self) -> None:
        """Let one that comes under another name take the place of the one that goes, where there is one of each.

        What is made by one block of the configuration, or as the only one of its type in a module, is a renaming: it is
        compared with what it was, so that nothing is lost on the way.
        """
        in_module: dict[tuple[str, str], list[ResourceChange]] = {}
        for (module, kind, _), changes in self._at_address.items():
            in_module.setdefault((module, kind), []).extend(changes)
        for changes in (*self._at_address.values(), *in_module.values()):
            owners = dict.fromkeys(self._by_address[one.address] for one in changes if one.address in self._by_address)
            gone = [owner for owner in owners if owner.is_there and not owner.stays]
            come = [owner for owner in owners if owner.stays and not owner.is_there]
            if len(gone) == len(come) == 1:
                self._take_place(gone[0], come[0])

    def _is_gone(self, change: ResourceChange) -> bool:
        owner = self.owner_at(change.address)
        return change.before is not None and change.action == "delete" and not (owner and owner.stays)

    def _take_place(self, old: Owner, new: Owner) -> None:
        old.stays = old.is_replaced = True
        old.addresses += new.addresses
        old.known[AFTER] |= new.known[AFTER]
        for address in new.addresses:
            self._by_address[address] = old
        for name in new.known[AFTER]:
            self._by_name[old.type, name, AFTER] = old

    def _named(self, kind: str, name: str, side: str) -> Owner | None:
        owner = self._by_name.get((kind, name, side))
        if owner is None:
            elsewhere = self._by_name.get((kind, name, AFTER if side == BEFORE else BEFORE))
            # One that is made again goes by another name now: its old one is nobody's.
            owner = None if elsewhere and elsewhere.is_replaced else elsewhere
        return owner

    def _referenced(self, kind: str, change: ResourceChange, attribute: str) -> Owner | None:
        target = self.expressions.owner(change, attribute)
        if target is None or target.type != kind:
            return None
        for one in self._at(target):
            # `this[each.key].id` without its key is the one of the same key.
            key = target.index if target.index is not None else change.index
            if one.index is None or key is None or str(one.index) == str(key):
                return self._by_address.get(one.address)
        return None

    def _names(self, change: ResourceChange, side: str) -> Iterator[str]:
        values = values_of(change, side) or {}
        for name in self.table.row(change.type).names:
            if isinstance(values.get(name), str) and values[name]:
                yield values[name]

    def _all_names(self, change: ResourceChange) -> Iterator[str]:
        before: Mapping[str, Any] = change.before or {}
        others = self.table.row(change.type).owners.values()
        for name in ("arn", "id", "name", "bucket", "url", "alarm_name"):
            if name in others or any(rule.how != "identity" for rule in self.table.rules_of(change.type, name)):
                # It names another thing: the receiver of a target, the bucket of a guardian.
                continue
            if isinstance(before.get(name), str) and before[name]:
                yield before[name]


def _label(change: ResourceChange) -> str:
    values: Mapping[str, Any] = change.before or change.after or {}
    named = [values[name] for name in ("bucket", "name", "key_id", "id") if isinstance(values.get(name), str)]
    return named[0] if named else change.address


def _without_keys(module: str) -> str:
    return "".join(part.split("]", 1)[-1] for part in module.split("["))
