"""What each attribute of each type means to the guards: the tables of `table/*.yaml`, read once and asked by path.

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
    identity      names the thing: another name is another thing
    data          what it holds, of which the guards know nothing
    harmless      speaks of no protection

`instead` names, for an attribute, another that protects as well. `from` is what an attribute is worth where a new
resource is the first to say it. `may_come` and `may_go` name blocks of which one more, or one less, is no loss. `loose`
marks a type of which the table knows a part only: the rest goes by the general rules. A type without a row asks with
everything that happens to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TABLES: Final = Path(__file__).with_name("table")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EVERYWHERE: Final = "everywhere"
HOWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "on": "true protects",
        "off": "false protects",
        "best": "the first of {order} protects best",
        "set": "something protects, nothing does not",
        "key": "a key of this account protects",
        "longer": "a larger number keeps data for longer",
        "forever": "a larger number keeps data for longer, and nothing keeps it for ever",
        "atleast": "a larger number protects",
        "atmost": "a smaller number protects",
        "kept": "no member may leave the list",
        "only": "no member may join the list",
        "same": "what it names must stay",
        "place": "something of this stack, or what the spec names",
        "role": "none, the same, or a first one of this stack",
        "fixed": "every change is asked",
        "within": "no member may join the list, and it may not go",
        "closed": "one of {order}; anything else lets others in",
        "bound": "a condition must stay as narrow as it is",
        "unchanged": "every change is asked",
        "policy": "compared by what it lets whom do",
        "boundary": "no other boundary, and not none",
        "attached": "compared by what the policies let whom do",
        "principals": "nobody new may be let in",
        "rules": "what they delete, and when",
        "lock": "no shorter, and in no weaker mode",
        "start": "who starts it, and with what",
        "network": "who reaches whom",
        "pattern": "no event may be left out, and no new one may start a build",
        "terms": "no alarm may be left out",
        "alarm": "it must not go off later, or tell fewer",
        "image": "an image of the account's registry",
        "redrive": "a queue of this stack, or one that the spec names",
        "identity": "names the thing: another name is another thing",
        "data": "content, of which the guards know nothing",
        "harmless": "speaks of no protection",
    }
)
QUIET: Final = frozenset({"identity", "data", "harmless"})


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
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)


@cache
def rows() -> Mapping[str, TypeRow]:
    """Read the table: what it says of each type."""
    found: dict[str, TypeRow] = {}
    for file in sorted(_TABLES.glob("*.yaml")):
        for kind, written in yaml.load(file.read_text("utf-8"), _LOADER).items():  # noqa: S506  # the safe loader
            found[kind] = _row(written)
    return MappingProxyType(found)


def row(kind: str) -> TypeRow:
    """Return what the table says of a type; of one that it does not know, nothing."""
    return rows().get(kind, _UNKNOWN)


@cache
def rules_of(kind: str, dotted: str) -> tuple[Rule, ...]:
    """Return how an attribute is judged; empty where nobody has said it.

    Args:
        kind: type of the resource.
        dotted: path without positions: `logs_config.cloudwatch_logs.status`.
    """
    own, general = row(kind).rules, rows()[_EVERYWHERE].rules
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        exact = own.get(".".join(parts[:end]))
        if exact:
            return exact
    last = general.get(parts[-1], ())
    if last and (len(parts) == 1 or last[0].how not in {"identity", "harmless"}):
        return last
    first = general.get(parts[0], ())
    if first and first[0].how == "harmless":
        return first
    globs = [pattern for pattern in own if "*" in pattern and fnmatchcase(dotted, pattern)]
    return own[max(globs, key=len)] if globs else ()


@cache
def rules_below(kind: str, dotted: str) -> tuple[Rule, ...]:
    """Return how the attributes inside a block are judged, for a block of which nothing is known."""
    its = row(kind).rules
    return tuple(rule for path, rules in its.items() if path.startswith(f"{dotted}.") for rule in rules)


def is_classified(kind: str, dotted: str) -> bool:
    """Whether somebody has decided what an attribute means; so are all of a type that a table knows in part."""
    its, top = row(kind), dotted.partition(".")[0]
    names = {*its.names, *(attribute.partition(".")[0] for attribute in its.owners.values())}
    return (its.is_loose and is_known(kind)) or top in names or bool(rules_of(kind, dotted))


def is_known(kind: str) -> bool:
    """Whether a table knows a type."""
    return kind in rows()


def _row(written: Mapping[str, Any]) -> TypeRow:
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


_UNKNOWN: Final = TypeRow()
