"""Statements in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.permissions.policy import DENY, UNKNOWN, plain
from generator.permissions.sets.principal import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.permissions.policy import Condition, Element, Statement

SHOWN: Final = 4
_LATER: Final = UNKNOWN.value
_WORDS: Final = {
    "stringequals": "is",
    "stringequalsignorecase": "is, in any case of its letters,",
    "stringlike": "is like",
    "stringnotequals": "is not",
    "stringnotequalsignorecase": "is not, in any case of its letters,",
    "stringnotlike": "is not like",
    "arnequals": "is like",
    "arnlike": "is like",
    "arnnotequals": "is not like",
    "arnnotlike": "is not like",
    "bool": "is",
    "binaryequals": "is",
    "numericequals": "is",
    "numericnotequals": "is not",
    "numericlessthan": "is less than",
    "numericlessthanequals": "is at most",
    "numericgreaterthan": "is more than",
    "numericgreaterthanequals": "is at least",
    "dateequals": "is",
    "datenotequals": "is not",
    "datelessthan": "is before",
    "datelessthanequals": "is not after",
    "dategreaterthan": "is after",
    "dategreaterthanequals": "is not before",
    "ipaddress": "is in",
    "notipaddress": "is not in",
}
_OPERATOR: Final = re.compile(r"(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?")


def describe(statement: Statement) -> str:
    """Say in one sentence what a statement lets whom do, or keeps whom from doing."""
    if statement.unreadable:
        return f"a policy may say anything: {statement.unreadable}"
    who, may = who_of(statement.principals), "may not" if statement.effect == DENY else "may"
    if statement.effect is UNKNOWN:
        may = "may or may not"
    where = f" on {listed(statement.resources)}" if statement.resources else ""
    only = conditions_of(statement)
    return f"{who} {may} {_done(statement.actions)}{where}" + (f", if {' and '.join(only)}" if only else "")


def who_of(element: Element | None) -> str:
    """Name the principals of a statement."""
    if element is None:
        return "it"
    names = sorted(_LATER if each is UNKNOWN else name_of(each) for each in element.texts)
    return f"anybody but {series(names)}" if element.is_negated else series(names)


def listed(element: Element | None) -> str:
    """Name the actions or resources of a statement."""
    if element is None:
        return "anything"
    names = sorted(_LATER if each is UNKNOWN else plain(each) for each in element.texts)
    if element.is_negated:
        return f"anything but {series(names)}"
    return "anything" if "*" in names else series(names)


def names(element: Element | None) -> tuple[str, ...]:
    """List the texts of an element."""
    texts = () if element is None else sorted(_LATER if each is UNKNOWN else plain(each) for each in element.texts)
    return tuple(f"all but {text}" for text in texts) if element and element.is_negated else tuple(texts)


def conditions_of(statement: Statement) -> list[str]:
    """Say each condition of a statement: `aws:SourceAccount is 111122223333`."""
    return sorted(_condition(each) for each in statement.conditions)


def series(names: Iterable[str]) -> str:
    """Join names as English does; those beyond a few are counted."""
    every = list(names)
    if len(every) > SHOWN + 1:
        every = [*every[:SHOWN], f"{len(every) - SHOWN} more"]
    if len(every) < 2:  # noqa: PLR2004  # one name is no series
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def _done(element: Element | None) -> str:
    said = listed(element)
    return f"{'do' if said.startswith('anything') else 'call'} {said}"


def _condition(condition: Condition) -> str:
    key = condition.name or condition.key or "a condition"
    values = sorted(_LATER if each is UNKNOWN else plain(each) for each in condition.values)
    if not condition.operator:
        return f"{key} {_LATER}"
    if condition.operator.lower() == "null":
        return f"{key} is {'absent' if values == ['true'] else 'present'}"
    found = _OPERATOR.fullmatch(condition.operator.lower())
    quantifier, name, if_exists = found.groups() if found else ("", "", "")
    verb = _WORDS.get(name, condition.operator)
    each = {"forallvalues": "every value of ", "foranyvalue": "a value of "}.get(quantifier or "", "")
    return f"{each}{key}{', where it is there,' if if_exists else ''} {verb} {_either(values)}"


def _either(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"one of {series(values)}"
