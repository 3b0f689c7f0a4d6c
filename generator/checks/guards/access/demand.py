"""Whether a line of the spec asks for what a plan lets somebody do: it names it, or the stack makes it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.checks.guards.access.starters import Starters
from generator.checks.guards.owners.inventory import AFTER, BEFORE
from generator.permissions.finding import Why
from generator.permissions.judgement.takeover import STARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from generator.checks.guards.owners.inventory import Owner
    from generator.checks.guards.subject import Subject
    from generator.permissions.finding import Widening

_ARN_FIELDS: Final = 6
# Services whose ARNs begin with the name itself, all others with the kind of thing.
_WITHOUT_KIND: Final = frozenset({"s3", "sns", "sqs"})


class Demand:
    """Whether a line of the spec asks for a widening: it names what the widening is about, or the stack makes it.

    Args:
        subject: the plan.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._starters = Starters(subject)

    @property
    def is_known(self) -> bool:
        """Whether there is a spec to ask."""
        return self._subject.surroundings.spec_texts is not frozenset

    @cached_property
    def _named(self) -> frozenset[str]:
        inventory = self._subject.inventory
        own = {name for owner in inventory.owners() for side in (BEFORE, AFTER) for name in owner.known[side]}
        own |= {name for change in inventory.resources for name in _own_names(change.after or {})}
        return self._subject.spec_texts | own

    @cached_property
    def _addresses(self) -> tuple[str, ...]:
        # A name that is not known yet stands there as the address that will have it.
        return tuple(
            f"{'.'.join(part.split('[')[0] for part in [change.module, change.type, change.name] if part)}."
            for change in self._subject.inventory.resources
        )

    def __call__(self, each: Widening, *, owner: Owner | None) -> bool:
        """Whether all that a widening names is named in the spec, or made by the stack.

        Args:
            each: the widening.
            owner: whose it is; where it exists, a line of the spec is not enough to let in another account.
        """
        if each.why is Why.FOREIGN and (owner is None or owner.is_there):
            return False
        if each.why is Why.TAKEOVER and not self._is_meant(each, owner):
            return False
        named = [*each.resources, *(each.principals if each.why is Why.FOREIGN else ())]
        return all(self._is_known(text) for text in named)

    def _is_meant(self, each: Widening, owner: Owner | None) -> bool:
        """Whether the spec names actions that change the stack, or a role is there to start what it starts."""
        names = {action.lower() for action in each.actions}
        return names <= self._actions or (names <= STARTS and owner is not None and self._starters.is_one(owner))

    @cached_property
    def _actions(self) -> frozenset[str]:
        return frozenset(text.lower() for text in self._subject.spec_texts if ":" in text)

    def _is_known(self, text: str) -> bool:
        candidates = set(_parts(text))
        return (
            text == "*"
            or "*" in candidates
            or text.startswith(self._addresses)
            or not candidates.isdisjoint(self._named)
        )


def _parts(text: str) -> Iterator[str]:
    """Yield what a spec may call a thing that a policy names by its ARN."""
    yield text
    _, _, principal = text.partition(":")
    arn = text if text.startswith("arn:") else principal
    fields = arn.split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS:
        return
    service, whole = fields[2], fields[-1]
    if whole == "root":
        yield fields[4]
    kind = "" if service in _WITHOUT_KIND else re.split("[:/]", whole, maxsplit=1)[0]
    name = whole[len(kind) + 1 :] if len(kind) < len(whole) and kind else whole
    if kind and name == "*":
        # All of a kind, which the comparison has found to be meant by its conditions, or not to be nameable.
        yield "*"
    for end in ("", "/*", ":*", "-??????", "*"):
        if name.endswith(end):
            bare = name.removesuffix(end)
            # What the rest belongs to names it as well: a bucket its objects, a group its streams.
            yield from (bare, f"/{bare}", bare.split(":")[0], bare.split("/")[0] or bare)


def _own_names(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "bucket", "arn", "id", "url"):
        if isinstance(values.get(name), str) and values[name]:
            yield values[name]
