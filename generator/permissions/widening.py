"""Compare two sets of permissions: what the second lets through beyond the first, why that matters, in words."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.permissions import words
from generator.permissions.finding import Why, Widening
from generator.permissions.judgement.judge import why
from generator.permissions.policy import ALLOW, DENY, UNBOUNDED, Kind, Permissions
from generator.permissions.sets import grant
from generator.permissions.sets.condition import Vocabulary
from generator.permissions.sets.language import UndecidedError
from generator.permissions.sets.region import PRINCIPAL, Effort, Region, remainder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from generator.permissions.policy import Account, Statement

# Parts of what a grant lets through that are looked at: beyond these, the whole grant is judged.
_MOST_PARTS: Final = 64
_NAMED: Final = frozenset({Why.FOREIGN, Why.FOREIGN_RESOURCE, Why.TAKEOVER})


def wider(
    before: Permissions,
    after: Permissions,
    account: Account,
    *,
    asked: Callable[[Widening], bool] | None = None,
    now: float | None = None,
) -> list[Widening]:
    """List what `after` lets through and `before` does not, the gravest first; empty where that is nothing.

    A new owner is compared with `Permissions(kind)`, which lets nothing through: what is refused then is what is
    refused of any owner (public, foreign, wildcards …). A new filter is compared with
    `Permissions(Kind.FILTER, (EVERYTHING,))`: where there is none, nothing is stopped.

    Args:
        before: of the owner now.
        after: of the same owner afterwards.
        account: the environment's own.
        asked: whether a line of the spec asks for what would be SHOWN (it is UNASKED where not) or for the named
            principals, resources and actions of what would be FOREIGN, FOREIGN_RESOURCE or TAKEOVER (it is SHOWN where
            so); None: nobody knows, and the first is shown, the second refused.
        now: seconds since 1970, for conditions on the time of a request; None for the clock's.
    """
    moment = time.time() if now is None else now
    found = _widenings(before, after, account, moment)
    old, new = (Permissions(Kind.FILTER, (each.boundary or UNBOUNDED,)) for each in (before, after))
    found += map(_unbounded, _widenings(old, new, account, moment))
    order = list(Why)
    return sorted((_asked(each, asked) for each in found), key=lambda each: (order.index(each.why), each.after))


def _widenings(before: Permissions, after: Permissions, account: Account, now: float) -> list[Widening]:
    if before == after and all(each.is_known for each in after.statements):
        return []
    return list(_Comparison(before, after, account, now).widenings())


def _unbounded(widening: Widening) -> Widening:
    is_open = widening.why in {Why.UNKNOWN, Why.UNDECIDABLE}
    return replace(
        widening,
        why=widening.why if is_open else Why.LOST_BOUNDARY,
        after=f"the permissions boundary no longer stops it: {widening.after}",
        before="stopped by the permissions boundary",
    )


def _asked(widening: Widening, asked: Callable[[Widening], bool] | None) -> Widening:
    if asked is None:
        return widening
    if widening.why is Why.SHOWN and not asked(widening):
        return replace(widening, why=Why.UNASKED)
    if widening.why in _NAMED and asked(widening):
        return replace(widening, why=Why.SHOWN)
    return widening


def _apart(permissions: Permissions, kept: AbstractSet[Statement]) -> list[tuple[str, Statement]]:
    """Return the statements that do not stay as they are, each with the name of its policy."""
    every = ((policy.name, each) for policy in permissions.policies for each in policy.statements)
    return [(name, each) for name, each in every if each not in kept]


class _Comparison:
    """Two sets of permissions as regions: what is allowed and denied before at its narrowest, afterwards at its widest.

    What is denied is read the other way round, before at its widest and afterwards at its narrowest.
    """

    def __init__(self, before: Permissions, after: Permissions, account: Account, now: float) -> None:
        self._kind = after.kind
        # What stops others grants nothing: there an account is everybody in it.
        self._own = "" if after.kind is Kind.FILTER else account.number
        self._account = account
        old, new = before.statements, after.statements
        bounds = [] if after.boundary is None else [each for each in after.boundary.statements if each.effect != DENY]
        self._vocabulary = Vocabulary([*old, *new, *bounds], now)
        # What stays as it is needs no comparison, and that is nearly everything.
        kept = {each for each in old if each.is_known} & set(new)
        self._changed = _apart(after, kept)
        self._lost = _apart(before, kept)
        self._permitting = [each for each in new if each.effect != DENY]
        self._permitted = {each: region for each in old if each.effect == ALLOW and (region := self._narrow(each))}
        self._denied = [region for each in new if each.effect == DENY and (region := self._narrow(each))]
        loose = [self._loose(each) for each in bounds]
        self._bounds = None if after.boundary is None else [region for region in loose if region is not None]

    def _narrow(self, statement: Statement) -> Region | None:
        return grant.region(statement, self._vocabulary, is_widest=False, own=self._own)

    def _wide(self, statement: Statement) -> Region | None:
        return grant.region(statement, self._vocabulary, is_widest=True, own=self._own)

    def widenings(self) -> Iterator[Widening]:
        """Yield what is let through and was not, statement by statement."""
        for policy, statement in self._changed:
            if statement.effect != DENY:
                yield from self._granted(policy, statement)
        for policy, statement in self._lost:
            if statement.effect != ALLOW:
                yield from self._undenied(policy, statement)

    def _granted(self, policy: str, statement: Statement) -> Iterator[Widening]:
        """Yield what a statement allows beyond all that was allowed, less what is denied now."""
        before, denied = list(self._permitted.values()), self._denied
        if self._parts(statement, [*before, *denied], Effort()) == []:
            return
        found: dict[Why, list[Statement]] = {}
        effort = Effort()
        for single in grant.singles(statement):
            parts = self._unstopped(self._parts(single, [*before, *denied], effort))
            if parts is None:
                found.setdefault(Why.UNDECIDABLE, []).append(single)
            elif parts:
                found.setdefault(why(single, parts, before, self._kind, self._account), []).append(single)
        for reason, singles in found.items():
            for whole in grant.joined(singles):
                yield self._widening(reason, policy, whole, words.describe(whole), self._before(whole))

    def _undenied(self, policy: str, statement: Statement) -> Iterator[Widening]:
        """Yield what a statement denied and nothing denies now."""
        effort = Effort()
        lost = [single for single in grant.singles(statement) if self._is_lost(single, effort)]
        for whole in grant.joined(lost):
            if grant.is_understood(whole) and whole.is_known:
                reason, after = (
                    Why.LOST_DENY,
                    f"nothing denies any longer: {words.describe(replace(whole, effect=ALLOW))}",
                )
            else:
                reason, after = Why.UNDECIDABLE, f"nobody can say what is denied no longer: {words.describe(whole)}"
            yield self._widening(reason, policy, whole, after, "denied")

    def _is_lost(self, single: Statement, effort: Effort) -> bool:
        parts = self._parts(single, self._denied, effort)
        if parts is None or self._kind in {Kind.IDENTITY, Kind.RESOURCE}:
            # Policies of others may allow it: of the role that calls, of the bucket that is called.
            return parts is None or bool(parts)
        allowed = [self._loose(each) for each in self._permitting]
        return any(region is not None and grant.loosened(part).meets(region) for part in parts for region in allowed)

    def _unstopped(self, parts: list[Region] | None) -> list[Region] | None:
        """Leave out what the permissions boundary stops."""
        if parts is None or self._bounds is None:
            return parts
        return [part for part in parts if any(grant.loosened(part).meets(bound) for bound in self._bounds)]

    def _loose(self, statement: Statement) -> Region | None:
        # Whom an account's own policies reach is as good as allowed here.
        region = grant.region(statement, self._vocabulary, is_widest=True)
        return None if region is None else grant.loosened(region)

    def _parts(self, statement: Statement, others: list[Region], effort: Effort) -> list[Region] | None:
        """Return what is left of a statement at its widest without others; None where nobody can say."""
        region = self._wide(statement)
        if region is None:
            return []
        found: list[Region] = []
        try:
            for part in remainder(region, others, effort):
                found.append(part)
                if len(found) > _MOST_PARTS:
                    return [region]
        except UndecidedError:
            return None
        return found

    def _before(self, statement: Statement) -> str:
        """Say who was allowed the like."""
        region = self._wide(statement)
        anyone = Region({key: tests for key, tests in region.tests.items() if key != PRINCIPAL}) if region else None
        like = [each for each, of in self._permitted.items() if anyone and of.meets(anyone)]
        if not like:
            return "nobody" if statement.principals else "it could not"
        return words.series([words.describe(each) for each in like])

    @staticmethod
    def _widening(reason: Why, policy: str, whole: Statement, after: str, before: str) -> Widening:
        return Widening(
            reason,
            principals=words.names(whole.principals),
            actions=words.names(whole.actions),
            resources=words.names(whole.resources),
            conditions=tuple(words.conditions_of(whole)),
            before=before,
            after=after,
            sid=whole.sid,
            policy=policy,
        )
