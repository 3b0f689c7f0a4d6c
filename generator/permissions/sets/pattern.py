"""Patterns of policies: `*` and `?`, variables such as `${aws:username}`, and ARNs that match field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from generator.permissions.policy import is_identity


class Wild(Enum):
    """What stands for text that is not fixed.

    Attributes:
        ANY: any text, also none.
        ANY_IN_FIELD: any text without a colon.
        ONE: any character.
        ONE_IN_FIELD: any but a colon.
        VARIABLE: any variable.
    """

    ANY = "*"
    ANY_IN_FIELD = "*:"
    ONE = "?"
    ONE_IN_FIELD = "?:"
    VARIABLE = "${}"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: text that the request decides, the same wherever it stands in one request."""

    name: str


# A token that is a text is one character, in the cases that it may have: "a" or "aA".
Token = str | Wild | Variable
Pattern = tuple[Token, ...]

EVERYTHING: Final[Pattern] = (Wild.ANY,)
# The texts in which a variable stands.
WITH_VARIABLE: Final[Pattern] = (Wild.ANY, Wild.VARIABLE, Wild.ANY)
ARN_FIELDS: Final = 6
_PIECE: Final = re.compile(r"\$\{([^${}]*)\}|(.)", re.DOTALL)
_DEFAULT: Final = re.compile(r"\s*,\s*")
_ESCAPED: Final = "*?$"


@lru_cache(maxsize=8192)
def glob(text: str, *, has_variables: bool = True, folds_case: bool = False) -> Pattern:
    """Read a pattern in which `*` and `?` are wild.

    Args:
        text: as the policy has it.
        has_variables: whether `${…}` is a variable.
        folds_case: whether a letter matches in both cases.
    """
    return _tidy(_tokens(text, has_variables=has_variables, folds_case=folds_case, is_wild=True))


@lru_cache(maxsize=8192)
def literal(text: str, *, has_variables: bool = True, folds_case: bool = False) -> Pattern:
    """Read a text in which nothing is wild but variables."""
    return tuple(_tokens(text, has_variables=has_variables, folds_case=folds_case, is_wild=False))


@lru_cache(maxsize=8192)
def arn(text: str, *, has_variables: bool = True) -> Pattern | None:
    """Read a pattern that matches an ARN field by field, so that `*` ends at a colon in all fields but the last.

    Returns:
        The pattern; None where the text has too few fields to be an ARN's.
    """
    if is_identity(text):
        # What is certain to be the ARN of a resource of the plan.
        return glob(text, has_variables=has_variables)
    if text.count(":") < ARN_FIELDS - 1:
        return None
    tokens = glob(text, has_variables=has_variables)
    found: list[Token] = []
    colons = 0
    for each in tokens:
        colons += each == ":"
        inside = {Wild.ANY: Wild.ANY_IN_FIELD, Wild.ONE: Wild.ONE_IN_FIELD} if colons < ARN_FIELDS - 1 else {}
        found.append(inside.get(each, each) if isinstance(each, Wild) else each)
    return tuple(found)


def is_fixed(pattern: Pattern) -> bool:
    """Whether a pattern matches one text alone, up to the case of its letters."""
    return all(isinstance(token, str) for token in pattern)


def has_variable(pattern: Pattern) -> bool:
    """Whether a variable stands in a pattern."""
    return any(isinstance(token, Variable) for token in pattern)


def loosened(pattern: Pattern) -> Pattern:
    """Return a pattern with any text in place of each variable."""
    return _tidy([Wild.ANY if isinstance(token, Variable) else token for token in pattern])


def text_of(pattern: Pattern) -> str:
    """Write a pattern as a policy would."""
    return "".join(_written(token) for token in pattern)


def _written(token: Token) -> str:
    if isinstance(token, Variable):
        return f"${{{token.name}}}"
    return token.value[0] if isinstance(token, Wild) else token[0]


def _tokens(text: str, *, has_variables: bool, folds_case: bool, is_wild: bool) -> list[Token]:
    if not has_variables:
        return [_char(char, folds_case=folds_case, is_wild=is_wild) for char in text]
    found: list[Token] = []
    for piece in _PIECE.finditer(text):
        name, char = piece.groups()
        if name is None:
            found.append(_char(char, folds_case=folds_case, is_wild=is_wild))
        elif name in _ESCAPED and len(name) == 1:
            found.append(name)
        else:
            # The default that stands in for an absent key is part of what the variable is.
            key, *default = _DEFAULT.split(name.strip(), maxsplit=1)
            found.append(Variable(", ".join([key.lower(), *default])))
    return found


def _char(char: str, *, folds_case: bool, is_wild: bool) -> Token:
    if is_wild and char in "*?":
        return Wild(char)
    cases = {char.lower(), char.upper()} if folds_case else {char}
    return "".join(sorted(each for each in cases if len(each) == 1)) or char


def _tidy(tokens: list[Token]) -> Pattern:
    """Leave out a `*` after another."""
    return tuple(
        token for token, last in zip(tokens, [None, *tokens], strict=False) if (token, last) != (Wild.ANY, Wild.ANY)
    )
