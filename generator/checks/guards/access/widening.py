"""Permissions that a plan would widen, judged by whose they are and not by which resource gives them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from generator.checks.guards.access.acquaintance import Acquaintance
from generator.checks.guards.access.admission import acting, admission
from generator.checks.guards.access.demand import Demand
from generator.checks.guards.access.facets import Facet, Facets
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.values import shown
from generator.permissions.finding import Why
from generator.permissions.policy import Account, Kind, Permissions, plain
from generator.permissions.sets.principal import name_of
from generator.permissions.widening import wider
from generator.permissions.words import series
from generator.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.permissions.finding import Widening
    from generator.refusal import Path

_LONGEST: Final = 200
_EVERYBODY: Final = ("*", "all")
_SERVICE: Final = (".amazonaws.com", ".amazonaws.com.cn")
_LATER: Final = "somebody who is known only after apply"


def widening(subject: Subject) -> tuple[list[Refusal], list[Refusal]]:
    """Find what lets anybody do more than now.

    Returns:
        What is refused; and what is wider because a line of the spec asks for it, which is shown.
    """
    refused: list[Refusal] = []
    shown_only: list[Refusal] = []
    is_prod = subject.surroundings.environment_class == "prod"
    for refusal, is_refused in _judged(subject, is_prod=is_prod):
        (refused if is_refused else shown_only).append(refusal)
    for refusal, is_refused in admission(subject):
        (refused if is_refused or is_prod else shown_only).append(refusal)
    (refused if is_prod else shown_only).extend(acting(subject))
    for pair in subject.pairs:
        if not pair.is_unchanged and pair.after is not None:
            refused += [*_boundary(pair), *_principals(pair, subject)]
    return refused, shown_only


def _judged(subject: Subject, *, is_prod: bool) -> Iterator[tuple[Refusal, bool]]:
    demand = Demand(subject)
    acquaintance = Acquaintance(subject)
    account = Account(subject.account, subject.surroundings.partition)
    for facet in Facets(subject).all():
        if not facet.is_touched or (facet.owner is not None and not facet.owner.stays):
            continue
        is_there = facet.owner is None or facet.owner.is_there
        seen: set[tuple[str, str]] = set()
        is_asked = partial(demand, owner=facet.owner) if demand.is_known else None
        for each in wider(*_both(facet, is_there=is_there), account, asked=is_asked):
            # What a new owner may do, its plan says.
            is_refused = each.refused and not (is_asked and not is_there and _hands_on(each) and is_asked(each))
            strangers = [] if is_refused else acquaintance.strangers(each, facet)
            refusal = _refusal(each, facet, strangers)
            if (refusal.address, refusal.reason) not in seen and (is_refused or is_there or strangers):
                seen.add((refusal.address, refusal.reason))
                yield refusal, is_refused or (is_prod and bool(strangers))


def _both(facet: Facet, *, is_there: bool) -> tuple[Permissions, Permissions]:
    """Return what a facet says before and after; a new owner let nothing through, and a new filter stopped nothing."""
    after = facet.permissions(AFTER)
    if is_there:
        return facet.permissions(BEFORE), after
    return (after if facet.kind is Kind.FILTER else Permissions(facet.kind)), after


def _refusal(each: Widening, facet: Facet, strangers: list[str]) -> Refusal:
    address, path = _place(each, facet)
    unknown = f"; neither the stack nor the spec knows {series(map(name_of, strangers))}" if strangers else ""
    reason = f"{_sentence(each)}{plain(unknown)}"
    return Refusal(WIDEN, address, reason, path, before=plain(each.before), after=plain(each.after))


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


def _boundary(pair: Pair) -> Iterator[Refusal]:
    name = "permissions_boundary"
    before = (values_of(pair.before, BEFORE) or {}).get(name) if pair.before else None
    after = (values_of(pair.after, AFTER) or {}).get(name) if pair.after else None
    is_open = pair.after is not None and unknown_of(pair.after, AFTER).get(name) is True
    if before and (is_open or before != after):
        to = "another" if is_open else after or "none"
        reason = f"changes the permissions boundary from {before} to {to}"
        yield Refusal(WIDEN, pair.address, reason, (name,), before=str(before), after=str(to))


def _principals(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    attributes = [
        path
        for path, rules in subject.table.row(pair.type).rules.items()
        if any(rule.how == "principals" for rule in rules)
    ]
    before = (values_of(pair.before, BEFORE) or {}) if pair.before else {}
    after, unknown = (values_of(pair.after, AFTER) or {}, unknown_of(pair.after, AFTER)) if pair.after else ({}, {})
    for name in attributes:
        who = str(after.get(name) or (_LATER if unknown.get(name) else ""))
        is_new_service = pair.before is None and who.endswith(_SERVICE)
        if is_new_service and _is_bound(pair, subject):
            continue
        if who and who != before.get(name):
            said = "everyone" if who in _EVERYBODY else f"{who}, for whatever account" if is_new_service else who
            reason = f"lets in {said}; before: {before.get(name) or 'nobody'}"
            yield Refusal(WIDEN, pair.address, reason, (name,), before=shown(before.get(name)), after=said)


def _is_bound(pair: Pair, subject: Subject) -> bool:
    """Whether a service that is let in acts for something of the own account alone."""
    assert pair.after  # noqa: S101  # who calls has looked
    values, unknown = values_of(pair.after, AFTER) or {}, unknown_of(pair.after, AFTER)
    arn = str(values.get("source_arn") or "").split(":")
    is_own = values.get("source_account") == subject.account or arn[4:5] == [subject.account]
    is_made = subject.is_of_stack(str(values.get("source_arn"))) if values.get("source_arn") else False
    is_later = bool(unknown.get("source_arn")) and subject.stands_for(pair.after, ("source_arn",), (), None)
    return is_own or is_made or is_later
