"""Why a grant matters: who has it, over what, under which conditions, and how that differs from before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.permissions.finding import Why
from generator.permissions.judgement.administration import is_action, is_administration
from generator.permissions.judgement.binding import Bond, bond, is_bound_identity, is_named, is_own, needs_no_bond
from generator.permissions.judgement.resource import Naming, naming
from generator.permissions.judgement.takeover import is_takeover
from generator.permissions.policy import UNKNOWN, Kind
from generator.permissions.sets import grant
from generator.permissions.sets.language import Texts
from generator.permissions.sets.language import is_possible as is_in_common
from generator.permissions.sets.pattern import glob, is_fixed
from generator.permissions.sets.principal import Origin, is_root, origin
from generator.permissions.sets.region import ACTION, PRINCIPAL, RESOURCE, is_possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.permissions.policy import Account, Element, Statement
    from generator.permissions.sets.region import Dimension, Region, Test

_WILD: Final = frozenset("*?")
_USE_OF_KEY: Final = "kms:"


def why(single: Statement, parts: Sequence[Region], before: Sequence[Region], kind: Kind, account: Account) -> Why:
    """Say why a grant matters that was not there before.

    Args:
        single: a statement with one principal, one action and one resource.
        parts: what it lets through beyond before.
        before: what was let through, statement by statement.
        kind: what the statement belongs to.
        account: the own one.
    """
    if not single.is_known:
        return Why.UNKNOWN
    if not grant.is_understood(single):
        return Why.UNDECIDABLE
    who = _why_principal(single, parts, kind, account)
    if who is not None:
        return who
    if kind is Kind.TRUST:
        what = Why.NEW_PRINCIPAL if before and not _is_known(parts, before) else None
    elif _is_key_of_account(single, kind, account):
        what = None
    else:
        what = _why_action(single, parts, kind, account) or (Why.WILDCARD if _grows(single, parts, before) else None)
    if what is not None:
        return what
    return Why.LOST_CONDITION if has_lost_condition(parts, before, account) else Why.SHOWN


def _is_known(parts: Iterable[Region], before: Sequence[Region]) -> bool:
    """Whether a principal was among those of another statement before."""
    return all(any(_implies(part, PRINCIPAL, other.of(PRINCIPAL)) for other in before) for part in parts)


def _grows(single: Statement, parts: Sequence[Region], before: Sequence[Region]) -> bool:
    """Whether a pattern of resources is put in place of a narrower one: `bucket/*` of `bucket/build/*`."""
    wide = glob(_only(single.resources), has_variables=single.has_variables)
    if is_fixed(wide):
        return False
    narrow = {
        each
        for other in before
        if all(is_possible(of, parts[0].of(of) | other.of(of)) for of in (PRINCIPAL, ACTION))
        for test in other.of(RESOURCE)
        if isinstance(test.values, Texts) and not test.values.is_negated
        for each in test.values.patterns
    }
    beyond = Texts(frozenset({wide}), is_negated=True)
    return any(not is_in_common(frozenset({Texts(frozenset({each})), beyond})) for each in narrow - {wide})


def has_lost_condition(parts: Iterable[Region], before: Sequence[Region], account: Account) -> bool:
    """Whether the same was allowed before under conditions that it no longer needs.

    One more thing of the own account, by its name, among those that a condition names, is no lost condition.
    """
    return any(_has_lost_condition(part, before, account) for part in parts)


def _has_lost_condition(part: Region, before: Sequence[Region], account: Account) -> bool:
    same = [other for other in before if all(_implies(part, of, other.of(of)) for of in _subject(other))]
    return bool(same) and not any(
        all(
            _implies(part, dimension, tests) or _names(part.of(dimension), account)
            for dimension, tests in other.tests.items()
        )
        for other in same
    )


def _subject(region: Region) -> list[Dimension]:
    return [dimension for dimension in region.tests if dimension in grant.SUBJECT]


def _implies(part: Region, dimension: Dimension, tests: frozenset[Test]) -> bool:
    return not any(is_possible(dimension, part.of(dimension) | {test.opposite}) for test in tests)


def _names(tests: frozenset[Test], account: Account) -> bool:
    return any(test.is_some and isinstance(test.values, Texts) and is_named(test.values, account) for test in tests)


def _only(element: Element | None) -> str:
    """Return the one text of an element; "" for none, or for all but some."""
    if element is None or element.is_negated:
        return ""
    text = next(iter(element.texts), "")
    return "" if text is UNKNOWN else text


def _why_principal(single: Statement, parts: Sequence[Region], kind: Kind, account: Account) -> Why | None:
    if kind is Kind.IDENTITY or (kind is Kind.FILTER and single.principals is None):
        return None
    principal = _only(single.principals)
    whose = origin(principal, account) if principal else Origin.ANYBODY
    bonds = {bond(part, principal, account) for part in parts}
    if whose is Origin.ANYBODY:
        # A role that anything of the account may assume is as open as its services are.
        own = Why.WILDCARD if kind is Kind.TRUST else None
        return Why.PUBLIC if Bond.NONE in bonds else Why.FOREIGN if Bond.FOREIGN in bonds else own
    is_ours = {
        Origin.OWN: True,
        Origin.FOREIGN: False,
        Origin.FEDERATED: _is_bound(principal, parts, account),
        # A role is passed to a service by its own account; elsewhere the service may act for anybody.
        Origin.SERVICE: kind is Kind.TRUST or bonds == {Bond.OWN} or needs_no_bond(principal, _only(single.actions)),
    }
    return None if is_ours[whose] else Why.FOREIGN


def _is_bound(principal: str, parts: Sequence[Region], account: Account) -> bool:
    provider = principal.partition(":")[2]
    is_foreign = provider.startswith("arn:") and provider.split(":")[4:5] != [account.number]
    return not is_foreign and all(is_bound_identity(part, principal) for part in parts)


def _is_key_of_account(single: Statement, kind: Kind, account: Account) -> bool:
    """Whether a key is handed to IAM in its own account, without which nobody could manage it."""
    principal, action = _only(single.principals), _only(single.actions).lower()
    is_own = bool(principal) and is_root(principal) and origin(principal, account) is Origin.OWN
    return kind is Kind.RESOURCE and is_own and action.startswith(_USE_OF_KEY)


def _why_action(single: Statement, parts: Sequence[Region], kind: Kind, account: Account) -> Why | None:
    action = _only(single.actions)
    if not action or _WILD & set(action):
        return Why.WILDCARD
    if not is_action(action):
        return Why.UNDECIDABLE
    if is_administration(action):
        return Why.ADMINISTRATION
    open_one = _why_resource(single, action, parts, account) if kind is Kind.IDENTITY else None
    if open_one is None and kind in {Kind.IDENTITY, Kind.RESOURCE} and is_takeover(action):
        return Why.TAKEOVER
    return open_one


def _why_resource(single: Statement, action: str, parts: Sequence[Region], account: Account) -> Why | None:
    resource = _only(single.resources)
    said = naming(resource, action, account) if resource else Naming.OPEN
    if said is Naming.FOREIGN:
        return Why.FOREIGN_RESOURCE
    is_bound = said is Naming.OPEN and all(_names_resource(part, account) for part in parts)
    return Why.WILDCARD if said is Naming.OPEN and not is_bound else None


def _names_resource(part: Region, account: Account) -> bool:
    """Whether a condition names what the resource leaves open: a subnet, say, of the network interface."""
    return any(
        test.is_some and isinstance(test.values, Texts) and is_own(test.values, account)
        for dimension, tests in part.tests.items()
        if dimension not in grant.SUBJECT and not dimension.name.startswith("aws:")
        for test in tests
    )
