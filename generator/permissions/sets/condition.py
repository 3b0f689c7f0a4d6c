"""Conditions as tests of regions: every operator of IAM, read at its widest or at its narrowest.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws import actions
from generator.permissions.policy import UNKNOWN
from generator.permissions.sets import interval, pattern
from generator.permissions.sets.interval import ALL_ADDRESSES, ALL_NUMBERS, Ranges
from generator.permissions.sets.language import ALL_TEXTS, Texts
from generator.permissions.sets.pattern import WITH_VARIABLE
from generator.permissions.sets.region import Dimension, Test

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.permissions.policy import Condition, Statement, Unknown

_OPERATOR: Final = re.compile(
    r"(?:(?P<quantifier>forallvalues|foranyvalue):)?"
    r"(?:null|(?P<family>string|arn|bool|numeric|date|binary|(?:not)?ipaddress)(?P<rest>[a-z]*?)(?P<if_exists>ifexists)?)"
)
_NUMBERS: Final = frozenset({"numeric", "date", "ipaddress", "notipaddress"})
_TEXTS: Final = {
    "string": {"equals", "equalsignorecase", "like"},
    "arn": {"equals", "like"},
    "bool": {""},
    "binary": {"equals"},
}
_ORDERS: Final = frozenset({"equals", "lessthan", "lessthanequals", "greaterthan", "greaterthanequals"})
_BOOLEAN: Final = Texts(frozenset({pattern.literal("true"), pattern.literal("false")}))
# Every request has these: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ALWAYS_PRESENT: Final = frozenset({"aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:requestedregion"})
_BOOLEANS: Final = frozenset(
    {"aws:securetransport", "aws:viaawsservice", "aws:principalisawsservice", "aws:multifactorauthpresent"}
)
_MOMENTS: Final = frozenset({"aws:currenttime", "aws:epochtime"})
# Of AWS's global keys, those that have several values in one request.
_GLOBAL_LISTS: Final = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
    }
)


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator, taken apart.

    Attributes:
        name: `stringlike`, `numericlessthan`, `null` …, without prefix, suffix and negation.
        family: `string`, `arn`, `bool`, `numeric`, `date`, `ipaddress`, `binary`; "" for `null`.
        quantifier: `forallvalues`, `foranyvalue`, or "".
        is_negated: whether it asks for other values than those named.
        if_exists: whether an absent key passes.
    """

    name: str
    family: str
    quantifier: str = ""
    is_negated: bool = False
    if_exists: bool = False


def operator(text: str) -> Operator | None:
    """Take an operator apart; None where IAM has none of that name."""
    found = _OPERATOR.fullmatch(text.lower())
    if found is None:
        return None
    quantifier, family, rest = found["quantifier"] or "", found["family"], found["rest"] or ""
    if family is None:
        return None if quantifier else Operator("null", "")
    is_negated = family == "notipaddress" or (family != "bool" and rest.startswith("not"))
    family = family.removeprefix("not") if family == "notipaddress" else family
    rest = rest.removeprefix("not") if is_negated else rest
    known = _TEXTS.get(family) or ({""} if family == "ipaddress" else _ORDERS)
    is_known = rest in known and not (is_negated and (family == "binary" or rest in _ORDERS - {"equals"}))
    return Operator(rest, family, quantifier, is_negated, bool(found["if_exists"])) if is_known else None


class Vocabulary:
    """The condition keys of the statements that are compared: of what type each is, and whether it has many values.

    Attributes:
        has_variables: whether a variable stands in any of the statements.
    """

    def __init__(self, statements: Sequence[Statement], now: float) -> None:
        self.has_variables = any(statement.has_variables for statement in statements)
        self._families: dict[str, set[str]] = {}
        self._lists: set[str] = set()
        self._now = now
        for condition in {each for statement in statements for each in statement.conditions}:
            found = operator(condition.operator)
            if found is None:
                continue
            if found.family:
                self._families.setdefault(condition.key, set()).add(_type(found.family))
            if _is_list(condition.key, is_quantified=bool(found.quantifier)):
                self._lists.add(condition.key)

    def dimension(self, key: str, family: str) -> Dimension:
        """Return the dimension of a key under an operator; `null` goes where the key's other operators are."""
        own = self._families.get(key, set())
        kind = _type(family) if family else next(iter(own)) if len(own) == 1 else "text"
        domain: Texts | Ranges | None = None
        if kind == "ipaddress":
            domain = ALL_ADDRESSES
        elif kind in {"date", "numeric"} and key in _MOMENTS:
            # A date that is over says nothing of the requests to come.
            domain = interval.since(self._now)
        elif kind == "text" and key in _BOOLEANS:
            domain = _BOOLEAN
        name = key if kind == "text" else f"{key} as {kind}"
        return Dimension(name, kind != "text", key not in self._lists, key in _ALWAYS_PRESENT, domain)


def _type(family: str) -> str:
    return family if family in _NUMBERS else "text"


def _is_list(key: str, *, is_quantified: bool) -> bool:
    if key.startswith("aws:"):
        return key in _GLOBAL_LISTS
    service = actions.service(key.partition(":")[0])
    kinds = {name.lower(): kind for name, kind in service.keys.items()} if service else {}
    return is_quantified or kinds.get(key, "").startswith("ArrayOf")


def tests(
    condition: Condition, vocabulary: Vocabulary, *, is_widest: bool, has_variables: bool
) -> tuple[Dimension, list[Test]] | None:
    """Return what a condition asks of its key.

    Args:
        condition: one.
        vocabulary: of all statements that are compared.
        is_widest: whether what cannot be understood passes; else it does not.
        has_variables: whether `${…}` is a variable.

    Returns:
        The key's dimension and its tests; None where the condition cannot be understood at all.
    """
    found = operator(condition.operator)
    if found is None:
        return None
    dimension = vocabulary.dimension(condition.key, found.family)
    if not found.family:
        return _null(condition, dimension, is_widest=is_widest)
    if found.quantifier == "foranyvalue" and found.if_exists and not dimension.is_single:
        return None
    sets = [
        _values(found, condition.key, value, is_widest=is_widest is not found.is_negated, has_variables=has_variables)
        for value in condition.values
    ]
    if found.is_negated and vocabulary.has_variables and not dimension.is_number:
        # What a variable will be is not known: it may be one of the values that are left out.
        sets.append(Texts(frozenset({WITH_VARIABLE})))
    values = _united(sets, is_number=dimension.is_number)
    return dimension, _quantified(found, values, is_single=dimension.is_single, is_widest=is_widest)


def is_understood(condition: Condition, *, has_variables: bool) -> bool:
    """Whether an operator and all its values mean something."""
    found = operator(condition.operator)
    if found is None:
        return False
    if not found.family:
        return condition.values <= {"true", "false", UNKNOWN}
    return all(
        value is UNKNOWN or _set(found, condition.key, value, has_variables=has_variables) is not None
        for value in condition.values
    )


def _null(condition: Condition, dimension: Dimension, *, is_widest: bool) -> tuple[Dimension, list[Test]] | None:
    values = {str(value).lower() for value in condition.values}
    if values == {"true"}:
        return dimension, [Test(dimension.everything, is_some=False)]
    if values == {"false"}:
        return dimension, [Test(dimension.everything)]
    return (dimension, []) if is_widest or values == {"true", "false"} else None


def _quantified(found: Operator, values: Texts | Ranges, *, is_single: bool, is_widest: bool) -> list[Test]:
    """Say which values a request must have, where `values` are those that the operator names."""
    if found.quantifier == "foranyvalue" and not found.if_exists:
        return [Test(values.complement if found.is_negated else values)]
    if found.is_negated:
        return [Test(values, is_some=False)]
    only = Test(values.complement, is_some=False)
    if found.if_exists or found.quantifier == "forallvalues":
        return [only]
    # How IAM reads many values without a quantifier is not documented: one of them is enough, or all must fit.
    return [Test(values)] if is_single or is_widest else [Test(values), only]


def _united(sets: Iterable[Texts | Ranges], *, is_number: bool) -> Texts | Ranges:
    if is_number:
        return interval.united(each for each in sets if isinstance(each, Ranges))
    return Texts(frozenset(each for texts in sets if isinstance(texts, Texts) for each in texts.patterns))


def _values(found: Operator, key: str, value: str | Unknown, *, is_widest: bool, has_variables: bool) -> Texts | Ranges:
    known = None if value is UNKNOWN else _set(found, key, value, has_variables=has_variables)
    if known is not None:
        return known
    if found.family in _NUMBERS:
        return ALL_NUMBERS if is_widest else Ranges(())
    return ALL_TEXTS if is_widest else Texts(frozenset())


def _set(found: Operator, key: str, value: str, *, has_variables: bool) -> Texts | Ranges | None:
    """Return the values that one value of a condition stands for; None where it means nothing."""
    if found.family in _NUMBERS:
        try:
            return _numbers(found, value)
        except (ValueError, OverflowError):
            return None
    if found.family == "bool" and value.lower() not in {"true", "false"}:
        return None
    if found.family == "bool" or key in _BOOLEANS:
        return Texts(frozenset({pattern.literal(value.lower())}))
    if found.family == "arn":
        known = pattern.arn(value, has_variables=has_variables)
        return None if known is None else Texts(frozenset({known}))
    read = pattern.glob if found.name == "like" else pattern.literal
    folds_case = found.name == "equalsignorecase"
    return Texts(frozenset({read(value, has_variables=has_variables, folds_case=folds_case)}))


def _numbers(found: Operator, value: str) -> Ranges:
    if found.family == "ipaddress":
        return interval.network(value)
    number = interval.moment(value) if found.family == "date" else float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return interval.compared(found.name, number)
