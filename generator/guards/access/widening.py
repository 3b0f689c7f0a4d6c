"""Permissions that a plan would widen, judged by whose they are and not by which resource gives them."""

from __future__ import annotations

import re
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from generator.guards.access.facets import Facet, Facets
from generator.guards.classification import row
from generator.guards.comparison import shown
from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import WIDEN, Refusal
from generator.permissions.finding import Why
from generator.permissions.policy import Account, Kind, Permissions, plain
from generator.permissions.widening import wider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path
    from generator.guards.subject import Subject
    from generator.permissions.finding import Widening

_ARN_FIELDS: Final = 6
_LONGEST: Final = 200
# Services whose ARNs begin with the name itself, all others with the kind of thing.
_WITHOUT_KIND: Final = frozenset({"s3", "sns", "sqs"})
_EVERYBODY: Final = ("*", "all")
_LATER: Final = "somebody who is known only after apply"


def widening(subject: Subject) -> tuple[list[Refusal], list[Refusal]]:
    """Find what lets anybody do more than now.

    Returns:
        What is refused; and what is wider because a line of the spec asks for it, which is shown.
    """
    refused: list[Refusal] = []
    shown_only: list[Refusal] = []
    for refusal, is_refused in _judged(subject):
        (refused if is_refused else shown_only).append(refusal)
    for pair in subject.pairs:
        if not pair.is_unchanged and pair.after is not None:
            refused += [*_boundary(pair), *_principals(pair)]
    return refused, shown_only


def _judged(subject: Subject) -> Iterator[tuple[Refusal, bool]]:
    asked = Asked(subject)
    account = Account(subject.account, subject.surroundings.partition)
    for facet in Facets(subject).all():
        if not facet.is_touched or (facet.owner is not None and not facet.owner.stays):
            continue
        is_there = facet.owner is None or facet.owner.is_there
        before = facet.permissions(BEFORE) if is_there else Permissions(facet.kind)
        if not is_there and facet.kind is Kind.FILTER:
            before = facet.permissions(AFTER)
        after = facet.permissions(AFTER)
        seen: set[tuple[str, str]] = set()
        is_asked = partial(asked, is_there=is_there) if asked.is_known else None
        for each in wider(before, after, account, asked=is_asked):
            address, path = _place(each, facet)
            reason = _sentence(each)
            # What a new owner may do, its plan says.
            is_refused = each.refused and not (is_asked and not is_there and _hands_on(each) and is_asked(each))
            if (address, reason) not in seen and (is_refused or is_there):
                seen.add((address, reason))
                refusal = Refusal(WIDEN, address, reason, path, before=plain(each.before), after=plain(each.after))
                yield refusal, is_refused


def _hands_on(each: Widening) -> bool:
    """Whether all that a widening lets somebody do is to hand roles to the services that it names."""
    is_bound = any("iam:PassedToService" in condition for condition in each.conditions)
    return each.why is Why.ADMINISTRATION and each.actions == ("iam:PassRole",) and is_bound


def _sentence(each: Widening) -> str:
    named = f" ({each.sid})" if each.sid else ""
    before = each.before if len(each.before) <= _LONGEST else f"{each.before[:_LONGEST]} …"
    return plain(f"{each.after}{named}; before: {before}")


def _place(each: Widening, facet: Facet) -> tuple[str, Path]:
    """Return the resource, and the attribute in it, that a widening comes from."""
    documents = [*facet.documents(AFTER), *facet.documents(BEFORE)]
    order = reversed(documents) if each.why is Why.LOST_DENY else iter(documents)
    for document in order:
        if document.key == each.policy:
            return document.address, document.path
    one = documents[0]
    return one.address, one.path


class Asked:
    """Whether a line of the spec asks for a widening: it names what the widening is about, or the stack makes it.

    Args:
        subject: the plan.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

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

    def __call__(self, each: Widening, *, is_there: bool) -> bool:
        """Whether all that a widening names is named in the spec, or made by the stack.

        Args:
            each: the widening.
            is_there: its owner exists: to let in another account, a line of the spec is not enough.
        """
        if is_there and each.why is Why.FOREIGN:
            return False
        named = [*each.resources, *(each.principals if each.why is Why.FOREIGN else ())]
        return all(self._is_known(text) for text in named)

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


def _boundary(pair: Pair) -> Iterator[Refusal]:
    name = "permissions_boundary"
    before = (values_of(pair.before, BEFORE) or {}).get(name) if pair.before else None
    after = (values_of(pair.after, AFTER) or {}).get(name) if pair.after else None
    is_open = pair.after is not None and unknown_of(pair.after, AFTER).get(name) is True
    if before and (is_open or before != after):
        to = "another" if is_open else after or "none"
        reason = f"changes the permissions boundary from {before} to {to}"
        yield Refusal(WIDEN, pair.address, reason, (name,), before=str(before), after=str(to))


def _principals(pair: Pair) -> Iterator[Refusal]:
    attributes = [
        path for path, rules in row(pair.type).rules.items() if any(rule.how == "principals" for rule in rules)
    ]
    before = (values_of(pair.before, BEFORE) or {}) if pair.before else {}
    after, unknown = (values_of(pair.after, AFTER) or {}, unknown_of(pair.after, AFTER)) if pair.after else ({}, {})
    for name in attributes:
        who = str(after.get(name) or (_LATER if unknown.get(name) else ""))
        is_new_service = pair.before is None and who.endswith(".amazonaws.com")
        if who and who != before.get(name) and not is_new_service:
            said = "everyone" if who in _EVERYBODY else who
            reason = f"lets in {said}; before: {before.get(name) or 'nobody'}"
            yield Refusal(WIDEN, pair.address, reason, (name,), before=shown(before.get(name)), after=said)
