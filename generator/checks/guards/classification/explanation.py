"""What the guards watch of a type, and why: the tables in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.classification.vocabulary import HOWS, QUIET
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import Rule
    from generator.checks.guards.classification.table import Table

_TYPE: Final = re.compile(r"(?:^|\.)([a-z][a-z0-9]*_[a-z0-9_]+)(?:\.|\[|$)")


@dataclass(frozen=True, slots=True)
class Watched:
    """One attribute.

    Attributes:
        path: without positions; a pattern may hold `*`.
        how: a key of `HOWS`.
        why: what is lost or gained by a change, and which value protects, in words.
    """

    path: str
    how: str
    why: str


@dataclass(frozen=True, slots=True)
class WatchedType:
    """What the guards know of a type.

    Attributes:
        type: of resources.
        facts: what it is, in sentences.
        watched: its attributes, those that are judged first.
        is_known: whether a table has it; the general rules hold for all others.
    """

    type: str
    facts: tuple[str, ...]
    watched: tuple[Watched, ...]
    is_known: bool

    def as_data(self) -> dict[str, Any]:
        """Write it as JSON data."""
        attributes = [{"path": each.path, "how": each.how, "why": each.why} for each in self.watched]
        return {"type": self.type, "is_known": self.is_known, "facts": list(self.facts), "attributes": attributes}


def type_of(address: str) -> str:
    """Return the type of resources that an address or a type names; "" where it names none."""
    found = _TYPE.findall(re.sub(r"\[[^]]*\]", "", address))
    return found[-1] if found else ""


def close_type(kind: str, known: Table) -> str | None:
    """Return a type of the table that is nearly spelt so."""
    return closest(kind, known.types)


def explained(kind: str, known: Table) -> WatchedType:
    """Say what the guards watch of a type, and why.

    Args:
        kind: the type.
        known: what is classified, by the workspace too.
    """
    own = [each for path, rules in known.row(kind).rules.items() for each in _watched(path, rules)]
    names = {each.path for each in own}
    general = known.general.rules.items()
    is_general = known.row(kind).is_loose or known.row(kind).is_own
    more = [each for path, rules in general for each in _watched(path, rules) if is_general and each.path not in names]
    order = [*(each for each in own if each.how not in QUIET), *(each for each in own if each.how in QUIET)]
    return WatchedType(kind, tuple(_facts(kind, known)), (*order, *more), known.is_known(kind))


def _watched(path: str, rules: tuple[Rule, ...]) -> Iterator[Watched]:
    for rule in rules:
        says = HOWS[rule.how].format(order=", ".join(map(str, rule.order)))
        yield Watched(path, rule.how, f"{rule.what}: {says}" if rule.what else says)


def _facts(kind: str, known: Table) -> Iterator[str]:
    its = known.row(kind)
    if kind in known.holdings:
        yield f"It holds {known.holdings[kind]}: to delete or replace it is refused."
    for owner, attribute in its.owners.items():
        yield f"It belongs to the {owner} that its {attribute} names, and is judged as a part of it."
    if its.owners and not its.several:
        yield "Its owner may have one only: a second one is refused."
    if its.protects:
        yield f"With it goes {its.protects}: to delete it is refused while what it protects stays."
    if its.grants:
        yield f"It gives {its.grants}: a new one is refused."
    if its.admits:
        yield f"It opens a way in ({its.admits}): a new one is refused for prod, and of whoever exists everywhere."
    if its.overwrites:
        yield f"A second one of the same {' and '.join(its.overwrites)} is written over the first, and refused."
    if not known.is_known(kind):
        close = close_type(kind, known)
        asked = f" Did you mean {close}?" if close else ""
        yield f"No table knows this type: every change of it is refused for prod, and told for dev and staging.{asked}"
        yield "The general rules hold as well, by the names of attributes, and for policies."
    elif its.is_loose:
        yield "The table knows a part of its attributes; for the others the general rules hold."
    else:
        yield "An attribute that no row names is refused for prod when it changes, and told for dev and staging."
