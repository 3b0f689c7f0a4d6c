"""Protection that a plan would take away from what exists, whatever resource gives it and under whatever address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.guards.classification import QUIET, is_classified, row, rules_below, rules_of
from generator.guards.comparison import Setting, loss, shown
from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import FOREIGN, UNCLASSIFIED, UNPROTECT, WIDEN, Refusal
from generator.plans.value_pairs import compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.guards.classification import Rule
    from generator.guards.comparison import Loss
    from generator.guards.owners.pairs import Pair
    from generator.guards.subject import Subject
    from generator.plans.value_pairs import Leaf

# What a new resource beside others of its kind may still do harm with: the others hold on.
_OPENING: Final = frozenset({"only"})
_RECEIVERS: Final = {"aws_cloudwatch_event_target": "arn", "aws_cloudwatch_log_subscription_filter": "destination_arn"}
_RULE: Final = "aws_cloudwatch_event_rule"
_TOLD: Final = (":sns:", ":sqs:", ":logs:")


def protection(subject: Subject, holdings: Mapping[str, str]) -> Iterator[Refusal]:
    """Refuse what leaves an owner that exists less protected than it is.

    Args:
        subject: the plan.
        holdings: what each type of resource holds: a deletion of these is refused as such.
    """
    for pair in subject.pairs:
        if pair.is_unchanged:
            continue
        if pair.after is None:
            yield from _lost(pair, subject, holdings)
            continue
        yield from _twin(pair)
        yield from _stranger(pair, subject)
        if _is_judged(pair):
            yield from _leaves(pair, subject)


def unclassified(subject: Subject) -> Iterator[Refusal]:
    """Say which changes nobody has decided the meaning of."""
    for pair in subject.pairs:
        if pair.is_unchanged or pair.before is None or pair.after is None:
            continue
        for leaf in _changed(pair):
            is_known = is_classified(pair.type, leaf.dotted) or bool(rules_below(pair.type, leaf.dotted))
            if not is_known and _is_ours(pair, leaf, subject):
                reason = f"changes {leaf.dotted}, of which nobody has decided whether it protects something"
                before, after = shown(leaf.before), shown(leaf.after)
                yield Refusal(UNCLASSIFIED, pair.address, reason, leaf.path, before=before, after=after)


def _is_judged(pair: Pair) -> bool:
    """Whether there is something to lose: what is new of an owner that is new has nothing."""
    if pair.before is not None:
        return True
    its = row(pair.type)
    if its.names:
        return False
    if pair.owner is None:
        return bool(its.protects or its.grants) and not its.owners
    return pair.owner.is_there


def _leaves(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    if pair.before is None and row(pair.type).grants:
        reason = f"gives {pair.owner.words if pair.owner else 'others'} {row(pair.type).grants}"
        yield Refusal(WIDEN, pair.address, reason, before="nothing", after=row(pair.type).grants)
    for leaf in _changed(pair):
        for rule in rules_of(pair.type, leaf.dotted) or rules_below(pair.type, leaf.dotted):
            if rule.how in QUIET or (pair.before is None and row(pair.type).several and rule.how not in _OPENING):
                continue
            found = _loss(rule, leaf, pair, subject)
            if found:
                yield Refusal(found.kind, pair.address, found.reason, leaf.path, before=found.before, after=found.after)
                break


def _loss(rule: Rule, leaf: Leaf, pair: Pair, subject: Subject) -> Loss | None:
    if leaf.is_unknown and not _is_ours(pair, leaf, subject):
        return None
    if pair.before is None and rule.how == "only" and _is_permission(pair.type):
        # Whom it lets in is judged; what it lets them do says nothing more.
        return None
    setting = Setting(
        account=subject.account,
        is_new=pair.before is None,
        stands_for=lambda types, before: subject.stands_for(pair.resource, leaf.path, types, before),
        is_same=subject.is_same,
        is_gone=subject.inventory.gone.__contains__,
        is_of_stack=subject.is_of_stack,
    )
    return loss(rule, leaf, setting)


def _is_permission(kind: str) -> bool:
    return any(rule.how == "principals" for rules in row(kind).rules.values() for rule in rules)


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


def _lost(pair: Pair, subject: Subject, holdings: Mapping[str, str]) -> Iterator[Refusal]:
    its, before = row(pair.type), pair.before
    if before is None or not its.protects or pair.type in holdings:
        return
    if _goes_along(pair, subject):
        return
    protecting = [
        (leaf, rule)
        for leaf in _changed(pair)
        for rule in rules_of(pair.type, leaf.dotted)
        if rule.how in {"on", "best"}
    ]
    lost = [leaf for leaf, rule in protecting if _loss(rule, leaf, pair, subject)]
    if protecting and not lost:
        return
    was = f"{lost[0].dotted} is {shown(lost[0].before)}" if lost else its.protects
    whose = f"{pair.owner.words}" if pair.owner and pair.owner.name else "what it protects"
    moved = " from it" if before.after is not None and before.action != "forget" else ""
    verb = "is taken away" + moved if moved else "is deleted"
    reason = f"{verb}, and {whose} stays without {its.protects}"
    yield Refusal(UNPROTECT, pair.address, reason, before=was, after="nothing")


def _goes_along(pair: Pair, subject: Subject) -> bool:
    """Whether what a resource protects goes too, so that nothing is lost."""
    if pair.type == _RULE:
        its = [each for each in subject.pairs if each.owner is pair.owner and each.type in _RECEIVERS and each.before]
        return not any(_tells_others(each, subject) for each in its)
    if pair.owner is not None and not row(pair.type).names:
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
