"""Two versions of the policies of one owner, statement by statement, for a report."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from generator.permissions import words
from generator.permissions.policy import Statement
from generator.permissions.sets import grant
from generator.permissions.sets.condition import Vocabulary
from generator.permissions.sets.language import UndecidedError
from generator.permissions.sets.region import Effort, remainder

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.permissions.policy import Element, Permissions


class Action(Enum):
    """What becomes of a statement."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Direction(Enum):
    """How one element of a statement changes, as a set.

    Attributes:
        WIDER: it names all that it named, and more.
        NARROWER: it names less.
        OTHER: it names some things more and others less, or nobody can say.
    """

    WIDER = "wider"
    NARROWER = "narrower"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Detail:
    """The change of one element.

    Attributes:
        element: `principals`, `actions`, `resources`, `conditions` or `effect`.
        direction: how it changes.
        added: what it names besides, as the policy has it; conditions in words.
        removed: what it names no longer.
    """

    element: str
    direction: Direction
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = [f"adds {words.series(self.added)}"] if self.added else []
        said += [f"drops {words.series(self.removed)}"] if self.removed else []
        direction = "" if self.direction is Direction.OTHER else f" {self.direction.value}"
        return f"{self.element}{direction}: {', '.join(said)}"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one statement.

    Attributes:
        action: added, removed or changed.
        sid: of the statement; "" where it has none.
        policy: the name of its policy.
        details: of a changed one, element by element.
        before: the statement as it was, in words; "" for an added one.
        after: as it will be; "" for a removed one.
    """

    action: Action
    sid: str
    policy: str = ""
    details: tuple[Detail, ...] = ()
    before: str = ""
    after: str = ""


_Named = tuple[str, Statement]


def compare(before: Permissions, after: Permissions) -> list[Change]:
    """List the statements that differ, in the order of `after`, then those that are gone.

    Statements that are equal but for the order of their lists are no change, whichever policy they stand in. Others are
    paired by their names, then by what they name in common.
    """
    gone = _without(before, after)
    found: list[Change] = []
    for name, statement in _without(after, before):
        pair = _pair(statement, gone)
        if pair is None:
            found.append(Change(Action.ADDED, statement.sid, name, after=words.describe(statement)))
            continue
        gone.remove(pair)
        found.append(_changed(name, pair[1], statement))
    return found + [Change(Action.REMOVED, each.sid, name, before=words.describe(each)) for name, each in gone]


def _without(permissions: Permissions, other: Permissions) -> list[_Named]:
    known = {each for each in other.statements if each.is_known}
    every = ((policy.name, each) for policy in permissions.policies for each in policy.statements)
    return [(name, each) for name, each in every if each not in known]


def _pair(statement: Statement, candidates: list[_Named]) -> _Named | None:
    same = [each for each in candidates if statement.sid and each[1].sid == statement.sid]
    if same:
        return same[0]
    unnamed = [each for each in candidates if not (statement.sid and each[1].sid)]
    best = max(unnamed, key=lambda each: _likeness(each[1], statement), default=None)
    return best if best and _likeness(best[1], statement) else None


def _likeness(one: Statement, other: Statement) -> int:
    """Count what two statements of one effect name in common."""
    if one.effect != other.effect:
        return 0
    pairs = [(words.names(read(one)), words.names(read(other))) for read in _ELEMENTS.values()]
    return sum(len(set(mine) & set(theirs)) for mine, theirs in pairs)


_ELEMENTS: dict[str, Callable[[Statement], Element | None]] = {
    "principals": lambda each: each.principals,
    "actions": lambda each: each.actions,
    "resources": lambda each: each.resources,
}


def _changed(policy: str, before: Statement, after: Statement) -> Change:
    details = [
        _detail(element, before, after, words.names(read(before)), words.names(read(after)))
        for element, read in _ELEMENTS.items()
        if read(before) != read(after)
    ]
    if before.conditions != after.conditions:
        said = [tuple(words.conditions_of(each)) for each in (before, after)]
        details.append(_detail("conditions", before, after, *said))
    if before.effect != after.effect:
        texts = [(str(getattr(each.effect, "value", each.effect)),) for each in (before, after)]
        details.append(Detail("effect", Direction.OTHER, texts[1], texts[0]))
    said_before, said_after = words.describe(before), words.describe(after)
    return Change(Action.CHANGED, after.sid, policy, tuple(details), said_before, said_after)


def _detail(element: str, before: Statement, after: Statement, old: tuple[str, ...], new: tuple[str, ...]) -> Detail:
    added = tuple(each for each in new if each not in old)
    removed = tuple(each for each in old if each not in new)
    return Detail(element, _direction(_only(element, before), _only(element, after)), added, removed)


def _only(element: str, statement: Statement) -> Statement:
    """Return a statement that has one of its elements alone."""
    bare = replace(statement, principals=None, actions=None, resources=None, conditions=frozenset())
    match element:
        case "principals":
            return replace(bare, principals=statement.principals)
        case "actions":
            return replace(bare, actions=statement.actions)
        case "resources":
            return replace(bare, resources=statement.resources)
    return replace(bare, conditions=statement.conditions)


def _direction(before: Statement, after: Statement) -> Direction:
    grows, shrinks = not _covers(before, after), not _covers(after, before)
    if grows is shrinks:
        return Direction.OTHER
    return Direction.WIDER if grows else Direction.NARROWER


def _covers(wide: Statement, narrow: Statement) -> bool:
    vocabulary = Vocabulary([wide, narrow], time.time())
    inner = grant.region(narrow, vocabulary, is_widest=True)
    outer = grant.region(wide, vocabulary, is_widest=False)
    try:
        return inner is None or (outer is not None and not any(remainder(inner, [outer], Effort())))
    except UndecidedError:
        return False
