"""The policies in a plan, statement by statement, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.guards.access.documents import Documents
from generator.checks.guards.owners.inventory import AFTER, BEFORE
from generator.permissions.comparison import Action, Direction, compare
from generator.permissions.policy import UNKNOWN, Kind, Permissions, Policy, plain
from generator.reports.plan.values.difference import Statement

if TYPE_CHECKING:
    from generator.checks.guards.access.documents import Document
    from generator.checks.guards.subject import Subject
    from generator.permissions.comparison import Change
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path
    from generator.reports.plan.values.masks import Masks

_TRUST = "assume_role_policy"
_DENIES = " may not "


class Statements:
    """Answers for one plan.

    Args:
        subject: the plan as guards see it.
        masks: what is sensitive anywhere.
    """

    def __init__(self, subject: Subject, masks: Masks) -> None:
        self._documents = Documents(subject)
        self._masks = masks

    def of(self, change: ResourceChange) -> dict[Path, tuple[Statement, ...]]:
        """Return what becomes of the statements of each policy of a resource, by the attribute that holds it.

        A policy of which nothing is known before the apply is left out: it is an unknown value like any other.
        """
        before = {each.path: each for each in self._documents.of(change, BEFORE)}
        after = {each.path: each for each in self._documents.of(change, AFTER)}
        found: dict[Path, tuple[Statement, ...]] = {}
        for path in dict.fromkeys([*after, *before]):
            sides = [before.get(path), after.get(path)]
            if any(side is not None and _is_closed(side) for side in sides):
                continue
            changes = compare(*(_permissions(path, side) for side in sides))
            found[path] = tuple(self._statement(each) for each in changes)
        return found

    def _statement(self, change: Change) -> Statement:
        return Statement(
            change.action.value,
            self._clean(change.sid),
            self._clean(change.after or change.before),
            tuple(self._clean(str(each)) for each in change.details),
            is_wider=_is_wider(change),
        )

    def _clean(self, text: str) -> str:
        return self._masks.clean(plain(text))


def _is_closed(document: Document) -> bool:
    """Whether nothing is known of a policy, or it cannot be read: its value says more then."""
    return any(each.unreadable or (each.effect is UNKNOWN and not each.leaves) for each in document.policy.statements)


def _permissions(path: Path, document: Document | None) -> Permissions:
    kind = Kind.TRUST if path and path[-1] == _TRUST else Kind.RESOURCE
    return Permissions(kind, (document.policy if document else Policy(()),))


def _is_wider(change: Change) -> bool:
    """Whether more is let through than before; what nobody can order counts as more."""
    match change.action:
        case Action.ADDED:
            return _DENIES not in change.after
        case Action.REMOVED:
            return _DENIES in change.before
    safe = Direction.WIDER if _DENIES in change.after and _DENIES in change.before else Direction.NARROWER
    return any(detail.direction is not safe for detail in change.details)
