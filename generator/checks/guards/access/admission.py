"""New ways in: users, keys, passwords, sign-ins by others; and what acts as a role that nobody knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.checks.guards.access.acquaintance import Acquaintance
from generator.checks.guards.owners.inventory import AFTER, BEFORE, values_of
from generator.plans.value_pairs import compared
from generator.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import TypeRow
    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject

# Whatever these services hold says who may come in; what no table knows of them is a way in until somebody has decided.
_SERVICES: Final = ("aws_iam_", "aws_identitystore_", "aws_organizations_", "aws_rolesanywhere_", "aws_ssoadmin_")
# A role that belongs to a service does what AWS has written into it.
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:role/(?!aws-service-role/).+", re.DOTALL)
# Whom something lets in, who joins, and the places that the table judges for what is new as well.
_ELSEWHERE: Final = frozenset({"only", "place", "principals"})
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
        for leaf in compared(before, values_of(pair.after, AFTER)):
            role = leaf.after if leaf.before is None and isinstance(leaf.after, str) else ""
            is_acting = leaf.dotted != "arn" and not any(
                rule.how in _ELSEWHERE for rule in subject.table.rules_of(pair.type, leaf.dotted)
            )
            if _ROLE.fullmatch(role) and is_acting and not acquaintance.knows(role):
                reason = f"acts as {role}, a role that neither the stack nor the spec knows ({leaf.dotted})"
                yield Refusal(WIDEN, pair.address, reason, leaf.path, before="nobody", after=role)


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
