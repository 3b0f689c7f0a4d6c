"""Protection that a plan would take away from what exists, whatever resource gives it and under whatever address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.checks.guards.classification.vocabulary import QUIET
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.comparison import Setting, loss
from generator.checks.guards.protection.places import place_loss
from generator.checks.guards.protection.values import shown
from generator.plans.value_pairs import compared, reordered
from generator.refusal import FOREIGN, UNCLASSIFIED, UNPROTECT, WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import Rule, TypeRow
    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.protection.comparison import Loss
    from generator.checks.guards.subject import Subject
    from generator.plans.value_pairs import Leaf

# What a new resource may do harm with where nothing of its owner was there: it sends something away, or lets others in.
_OPENING: Final = frozenset({"access", "place", "role", "closed", "redrive"})
# The same, beside others of its kind that hold on.
_BESIDE: Final = _OPENING | {"only"}
_RECEIVERS: Final = {"aws_cloudwatch_event_target": "arn", "aws_cloudwatch_log_subscription_filter": "destination_arn"}
_RULE: Final = "aws_cloudwatch_event_rule"
_TOLD: Final = (":sns:", ":sqs:", ":logs:")


def protection(subject: Subject) -> Iterator[Refusal]:
    """Refuse what leaves an owner that exists less protected than it is.

    A deletion of what holds data is refused as such.
    """
    for pair in subject.pairs:
        if pair.is_unchanged:
            continue
        if pair.after is None:
            yield from _lost(pair, subject)
            continue
        yield from _twin(pair)
        yield from _stranger(pair, subject)
        yield from _leaves(pair, subject)


def unclassified(subject: Subject) -> Iterator[Refusal]:
    """Say which changes nobody has decided the meaning of."""
    for pair in subject.pairs:
        if pair.is_unchanged or not subject.exists:
            continue
        what = "" if subject.table.is_known(pair.type) else _happens(pair)
        if what:
            reason = f"{what}, and nobody has decided what a resource of type {pair.type} protects or opens"
            before, after = ("there" if each else "nothing" for each in (pair.before, pair.after))
            yield Refusal(UNCLASSIFIED, pair.address, reason, before=before, after=after)
        else:
            yield from _undecided(pair, subject)
            yield from _moved(pair, subject)


def _happens(pair: Pair) -> str:
    if pair.before is None:
        return "is new"
    if pair.after is None:
        return "is deleted"
    return "is made again" if pair.resource.action == "replace" else ""


def _undecided(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    if pair.before is None or pair.after is None:
        return
    for leaf in _changed(pair):
        is_decided = subject.table.is_classified(pair.type, leaf.dotted) or bool(
            subject.table.rules_below(pair.type, leaf.dotted)
        )
        if not is_decided and _is_ours(pair, leaf, subject):
            reason = f"changes {leaf.dotted}, of which nobody has decided whether it protects something"
            before, after = shown(leaf.before), shown(leaf.after)
            yield Refusal(UNCLASSIFIED, pair.address, reason, leaf.path, before=before, after=after)


def _moved(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Ask of blocks in another order, where nobody has said that nothing follows from it."""
    if pair.before is None or pair.after is None or (subject.table.row(pair.type).rules and not _is_own(pair, subject)):
        return
    for path in reordered(values_of(pair.before, BEFORE), values_of(pair.after, AFTER)):
        dotted = ".".join(part for part in path if isinstance(part, str))
        rules = subject.table.rules_of(pair.type, dotted) or subject.table.rules_below(pair.type, dotted)
        if not rules or any(rule.how not in QUIET for rule in rules):
            reason = f"changes the order of {dotted}, of which nobody has decided whether it means something"
            yield Refusal(UNCLASSIFIED, pair.address, reason, path, before="one order", after="another")


def _is_own(pair: Pair, subject: Subject) -> bool:
    return subject.table.row(pair.type).is_own


def _hows(pair: Pair, subject: Subject) -> frozenset[str] | None:
    """Return the rules that are asked about a pair, None for all: what is new of a new owner has nothing to lose."""
    if pair.before is not None:
        return None
    its = subject.table.row(pair.type)
    if its.names:
        is_there = False
    elif pair.owner is None:
        is_there = bool(its.protects or its.grants) and not its.owners
    else:
        is_there = pair.owner.is_there
    if is_there:
        return _BESIDE if its.several else None
    return _OPENING if subject.exists else frozenset()


def _leaves(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    its, hows = subject.table.row(pair.type), _hows(pair, subject)
    if pair.before is None and its.grants and (subject.exists or not its.owners):
        reason = f"gives {f'{pair.owner.words} ' if pair.owner else ''}{its.grants}"
        yield Refusal(WIDEN, pair.address, reason, before="nothing", after=its.grants)
    for leaf in _changed(pair):
        is_free = leaf.come in its.may_come or leaf.gone in its.may_go
        if (is_free and not leaf.is_unknown) or _is_replaced(leaf, pair, subject):
            continue
        for rule in subject.table.rules_of(pair.type, leaf.dotted) or subject.table.rules_below(pair.type, leaf.dotted):
            if rule.how in QUIET or (hows is not None and rule.how not in hows):
                continue
            found = _loss(rule, leaf, pair, subject)
            if found:
                yield Refusal(found.kind, pair.address, found.reason, leaf.path, before=found.before, after=found.after)
                break


def _is_replaced(leaf: Leaf, pair: Pair, subject: Subject) -> bool:
    """Whether another attribute protects in place of this one; whether it does, is judged there."""
    other = subject.table.row(pair.type).instead.get(leaf.dotted)
    if other is None or pair.after is None:
        return False
    return bool((values_of(pair.after, AFTER) or {}).get(other) or unknown_of(pair.after, AFTER).get(other))


def _loss(rule: Rule, leaf: Leaf, pair: Pair, subject: Subject) -> Loss | None:
    if leaf.is_unknown and not _is_ours(pair, leaf, subject):
        return None
    if pair.before is None and rule.how == "only" and _is_permission(subject.table.row(pair.type)):
        # Whom it lets in is judged; what it lets them do says nothing more.
        return None
    setting = Setting(
        account=subject.account,
        is_new=pair.before is None,
        stands_for=lambda types, before: subject.stands_for(pair.resource, leaf.path, types, before),
        is_same=lambda one, other: subject.is_same(one, other, leaf.dotted),
        is_gone=subject.inventory.gone.__contains__,
        is_of_stack=subject.is_of_stack,
    )
    return place_loss(rule, leaf, setting) or loss(rule, leaf, setting)


def _is_permission(its: TypeRow) -> bool:
    return any(rule.how == "principals" for rules in its.rules.values() for rule in rules)


def _changed(pair: Pair) -> Iterator[Leaf]:
    before = values_of(pair.before, BEFORE) if pair.before else None
    after = values_of(pair.after, AFTER) if pair.after else None
    unknown = unknown_of(pair.after, AFTER) if pair.after else {}
    for leaf in compared(before, after, unknown):
        if leaf.is_unknown or leaf.before != leaf.after:
            yield leaf


def _is_ours(pair: Pair, leaf: Leaf, subject: Subject) -> bool:
    """Whether a value that is not known yet is ours: one that nobody has set is filled in by AWS as it was before."""
    return not leaf.is_unknown or subject.expressions.is_configured(pair.resource, str(leaf.path[0]))


def _lost(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    its, before = subject.table.row(pair.type), pair.before
    if before is None or not its.protects or pair.type in subject.table.holdings:
        return
    if _goes_along(pair, subject):
        return
    protecting = [
        (leaf, rule)
        for leaf in _changed(pair)
        for rule in subject.table.rules_of(pair.type, leaf.dotted)
        if rule.how in {"on", "best"}
    ]
    # What nothing means where a resource says it, means nothing where the resource is gone.
    bare = [(leaf, replace(rule, start=None) if rule.how == "on" else rule) for leaf, rule in protecting]
    lost = [leaf for leaf, rule in bare if _loss(rule, leaf, pair, subject)]
    if protecting and not lost:
        return
    was = f"{lost[0].dotted} is {shown(lost[0].before)}" if lost else its.protects
    moved = " from it" if before.after is not None and before.action != "forget" else ""
    verb = "is taken away" + moved if moved else "is deleted"
    is_of_other = pair.owner is not None and bool(pair.owner.name) and not its.names
    left = f"{pair.owner.words} stays without" if pair.owner and is_of_other else "with it goes"
    reason = f"{verb}, and {left} {its.protects}"
    yield Refusal(UNPROTECT, pair.address, reason, before=was, after="nothing")


def _goes_along(pair: Pair, subject: Subject) -> bool:
    """Whether what a resource protects goes too, so that nothing is lost."""
    if pair.type == _RULE:
        its = [each for each in subject.pairs if each.owner is pair.owner and each.type in _RECEIVERS and each.before]
        return not any(_tells_others(each, subject) for each in its)
    if pair.owner is not None and not subject.table.row(pair.type).names:
        return not pair.owner.stays
    values = (pair.before.before if pair.before else None) or {}
    return values.get("vpc_id") in subject.inventory.gone


def _tells_others(pair: Pair, subject: Subject) -> bool:
    """Whether what goes with its owner tells somebody who stays: a rule and its target go together."""
    values = (pair.before.before if pair.before else None) or {}
    receiver = values.get(_RECEIVERS.get(pair.type, ""))
    is_told = isinstance(receiver, str) and any(service in receiver for service in _TOLD)
    return is_told and receiver not in subject.inventory.gone


def _twin(pair: Pair) -> Iterator[Refusal]:
    if pair.twins and pair.before is None:
        whose = pair.owner.words if pair.owner else "the account"
        kind = pair.type.removeprefix("aws_").replace("_", " ")
        reason = f"is a second {kind} of {whose}, beside {pair.twins[0]}: chance decides which of them holds"
        yield Refusal(UNPROTECT, pair.address, reason, before=pair.twins[0], after=f"{pair.twins[0]} or {pair.address}")


def _stranger(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    owner = pair.owner
    if owner is None or not owner.is_outside or pair.before is not None or subject.is_named_in_spec(owner.name):
        return
    reason = f"speaks of {owner.words}, which is not of this stack, and which the spec does not name"
    yield Refusal(FOREIGN, pair.address, reason, before="nothing of this stack", after=pair.type)
