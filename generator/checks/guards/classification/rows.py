"""What a table says of one type, and of each of its attributes.

A type says what it is (`owner`: how others name it; `of`: whose it is, and in which attribute it says so; `protects`:
what is lost with it; `grants`: what it gives; `admits`: the way in that a new one opens, whoever's it is; `several`:
that its owner may have more than one, and what tells them apart; `overwrites`: what names it to AWS, where a second one
of the same names is written over the first), and how each of its attributes is judged:

    on, off       true protects, or false does
    best          one of a list, from the best to the worst; what is not on it is worse than all
    set           something protects, nothing does not
    key           a key of this account protects; none, or another account's, does not
    longer        a larger number keeps data for longer; `forever`: and 0 or nothing keeps it for ever
    atleast       a larger number protects; `atmost`: a smaller one
    kept, only    no member may leave the list, or none may join it
    same          what it names must stay: roles, sources, targets; from nothing, anything of this account may come
    place         a place that data goes to or comes from: of this stack, or named in the spec
    role          a role that something acts as: none, the same, or where there was none one of this stack
    fixed         what is built or run: every change is asked
    within        a list that restricts: no member may join it, and nothing restricts nothing
    closed        one of a list; anything else lets others in
    bound         a condition that narrows a permission: it must stay
    unchanged     a protection that cannot be ordered: every change is asked
    policy        a policy, compared by what it lets whom do
    boundary, attached, principals, rules, lock, start, network, pattern, terms, alarm, image, redrive
                  judged by code of their own
    access        lets somebody in or acts as somebody, as a workspace or a part of its own says: every change is asked
    identity      names the thing: another name is another thing
    data          what it holds, of which the guards know nothing
    harmless      speaks of no protection

`instead` names, for an attribute, another that protects as well. `from` is what an attribute is worth where a new
resource is the first to say it, and, of one that protects by being true, where nothing is said of it. `may_come` and
`may_go` name blocks of which one more, or one less, is no loss. `loose` marks a type of which the table knows a part
only: the rest goes by the general rules. `holds` says what cannot be made again, `own` that a workspace brought it.
A type without a row asks with everything that happens to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from generator.checks.guards.classification.vocabulary import HOWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Rule:
    """How one attribute is judged.

    Attributes:
        how: a key of `HOWS`.
        what: what is lost or gained, as the end of a sentence.
        order: of `best`, from the best to the worst.
        start: what it is worth where a new resource is the first to say it; None for the best.
    """

    how: str
    what: str = ""
    order: tuple[Any, ...] = ()
    start: Any = None


@dataclass(frozen=True, slots=True)
class TypeRow:
    """What the table says of one type.

    Attributes:
        names: attributes by which others name it; empty where nothing belongs to it.
        owners: by type of the owner: the attribute that names it.
        protects: what is lost where it is deleted; "" for nothing.
        grants: what it gives where it is made; "" for nothing.
        admits: the way in that it opens where it is made, also one whose owner is new; "" for none.
        several: attributes that tell several of one owner apart; empty where there can be one only.
        may_come: blocks of which one more is no loss.
        may_go: blocks of which one less is no loss.
        instead: by attribute, another one that protects as well.
        overwrites: attributes by which AWS knows it, so that two that agree in them are one thing; empty where AWS
            refuses the second.
        is_loose: the table knows a part of its attributes.
        is_own: a workspace or a part of its own brought it, or a part of it.
        holds: what it holds that cannot be made again; "" for nothing.
        rules: by path without positions; a pattern may hold `*`.
    """

    names: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    protects: str = ""
    grants: str = ""
    admits: str = ""
    several: tuple[str, ...] = ()
    may_come: tuple[str, ...] = ()
    may_go: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    overwrites: tuple[str, ...] = ()
    is_loose: bool = True
    is_own: bool = False
    holds: str = ""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    def joined(self, own: TypeRow) -> TypeRow:
        """Return this row with what somebody's own row adds to it."""
        return replace(
            self,
            is_own=True,
            holds=self.holds or own.holds,
            protects=self.protects or own.protects,
            rules=MappingProxyType({**self.rules, **own.rules}),
        )


def row_of(written: Mapping[str, Any]) -> TypeRow:
    """Read what a table says of one type."""
    starts = written.get("from", {})
    rules: dict[str, tuple[Rule, ...]] = {}
    for how in HOWS:
        for what, paths in _named(written.get(how, [])):
            for path, order in _paths(paths):
                rule = Rule(how, what, order, starts.get(path))
                rules[path] = (*rules.get(path, ()), rule)
    return TypeRow(
        names=tuple(written.get("owner", ())),
        owners=MappingProxyType(dict(written.get("of", {}))),
        protects=written.get("protects", ""),
        grants=written.get("grants", ""),
        admits=written.get("admits", ""),
        several=tuple(written.get("several", ())),
        may_come=tuple(written.get("may_come", ())),
        may_go=tuple(written.get("may_go", ())),
        instead=MappingProxyType(dict(written.get("instead", {}))),
        overwrites=tuple(written.get("overwrites", ())),
        is_loose=written.get("loose", False),
        is_own=written.get("own", False),
        holds=written.get("holds", ""),
        rules=MappingProxyType(rules),
    )


def _named(written: Any) -> list[tuple[str, Any]]:  # noqa: ANN401  # any YAML value
    return list(written.items()) if isinstance(written, dict) else [("", written)]


def _paths(written: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:  # noqa: ANN401  # any YAML value
    if isinstance(written, dict):
        for path, order in written.items():
            yield path, tuple(order)
        return
    for each in written:
        yield from ((path, ()) for path in ([each] if isinstance(each, str) else each))
