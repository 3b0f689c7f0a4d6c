"""New ways in: users, keys, passwords, sign-ins by others; and what acts as a role that nobody knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.checks.guards.access.acquaintance import Acquaintance
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.values import KNOWN_LATER
from generator.plans.value_pairs import compared
from generator.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import TypeRow
    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.plans.value_pairs import Leaf

# Whatever these services hold says who may come in; what no table knows of them is a way in until somebody has decided.
_SERVICES: Final = ("aws_iam_", "aws_identitystore_", "aws_organizations_", "aws_rolesanywhere_", "aws_ssoadmin_")
# A role that belongs to a service does what AWS has written into it.
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:role/(?!aws-service-role/).+", re.DOTALL)
# Whom something lets in, who joins, and the places that the table judges for what is new as well.
_ELSEWHERE: Final = frozenset({"access", "only", "place", "principals"})
# What names whom something acts as, whatever service it is of.
_NAMED_ROLE: Final = re.compile(r"(?:\w+_)?role(?:_arn|_name|_id)?")
_MADE: Final = "aws_iam_role"
_UNDECIDED: Final = "something of which nobody has decided whether it lets anybody in"


def acting(subject: Subject) -> Iterator[Refusal]:
    """Yield what comes to act as a role that neither the stack nor the spec knows: its rights go with it.

    One role in place of another is judged where the table has the attribute.
    """
    acquaintance = Acquaintance(subject)
    for pair in subject.pairs:
        if pair.is_unchanged or pair.after is None:
            continue
        before = values_of(pair.before, BEFORE) if pair.before else None
        for leaf in compared(before, values_of(pair.after, AFTER), unknown_of(pair.after, AFTER)):
            if leaf.before is not None or _is_judged_elsewhere(pair.type, leaf, subject):
                continue
            role = leaf.after if isinstance(leaf.after, str) else ""
            if leaf.is_unknown and _is_unknown_role(pair, leaf, subject):
                role, reason = KNOWN_LATER, f"acts as a role that is known only after apply ({leaf.dotted})"
                yield Refusal(WIDEN, pair.address, reason, leaf.path, before="nobody", after=role)
            elif _ROLE.fullmatch(role) and not acquaintance.knows(role):
                reason = f"acts as {role}, a role that neither the stack nor the spec knows ({leaf.dotted})"
                yield Refusal(WIDEN, pair.address, reason, leaf.path, before="nobody", after=role)


def _is_judged_elsewhere(kind: str, leaf: Leaf, subject: Subject) -> bool:
    """Whether an attribute is the thing's own name, its owner's, or one that the table judges for what is new."""
    its = subject.table.row(kind)
    rules = subject.table.rules_of(kind, leaf.dotted)
    is_naming = leaf.dotted == "arn" or leaf.dotted in its.owners.values()
    return is_naming or any(rule.how in _ELSEWHERE or (rule.how == "start" and leaf.is_unknown) for rule in rules)


def _is_unknown_role(pair: Pair, leaf: Leaf, subject: Subject) -> bool:
    """Whether an attribute, or a block that is unknown as a whole, names a role, and it may be anybody's."""
    assert pair.after  # noqa: S101  # who calls has looked
    paths = (leaf.dotted, *(path for path in subject.table.row(pair.type).rules if path.startswith(f"{leaf.dotted}.")))
    is_ours = subject.expressions.is_configured(pair.after, str(leaf.path[0]))
    named = any(_NAMED_ROLE.fullmatch(path.rpartition(".")[2]) for path in paths)
    return named and is_ours and not subject.stands_for(pair.after, leaf.path, (_MADE,), None)


def admission(subject: Subject) -> Iterator[tuple[Refusal, bool]]:
    """Yield each new way in, and whether it is refused whatever the class of the environment is.

    A way to act as somebody who exists is refused everywhere; one that comes with its owner is refused for prod.
    """
    for pair in subject.pairs:
        if pair.before is not None or pair.after is None:
            continue
        what = subject.table.row(pair.type).admits
        if not what and not subject.table.is_known(pair.type) and pair.type.startswith(_SERVICES):
            what = _UNDECIDED
        is_there = pair.owner is not None and pair.owner.is_there
        if what and not (is_there and _names_members(subject.table.row(pair.type))) and not _is_named(pair, subject):
            whose = f" ({pair.owner.words})" if pair.owner else ""
            reason = f"opens a new way in: {what}{whose}"
            yield Refusal(WIDEN, pair.address, reason, before="nothing", after=what), is_there


def _names_members(its: TypeRow) -> bool:
    """Whether who joins is said one by one, as of a group that exists."""
    return any(rule.how == "only" for rules in its.rules.values() for rule in rules)


def _is_named(pair: Pair, subject: Subject) -> bool:
    """Whether the spec names it in full: a bare name may mean anything."""
    values = (pair.after.after if pair.after else None) or {}
    path, name = str(values.get("path") or "/"), values.get("name")
    kind = pair.type.removeprefix("aws_iam_").replace("_", "-")
    arn = f"arn:{subject.surroundings.partition}:iam::{subject.account}:{kind}{path}{name}"
    return bool(name) and arn in subject.spec_texts
