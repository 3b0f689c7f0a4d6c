"""Which versions of the AWS provider rendered text holds under, and what a constraint on them admits.

Constraints as https://developer.hashicorp.com/terraform/language/expressions/version-constraints writes them, without
pre-releases.
"""

from __future__ import annotations

import re
from typing import Final

Numbers = tuple[int, int, int]

OLDEST: Final[Numbers] = (5, 100, 0)
# The first version of which nobody knows whether the text holds under it.
BEYOND: Final[Numbers] = (7, 0, 0)
# The one that was run; 6.x is compared by its arguments and blocks.
TRIED: Final = "5.100.0"
# What every rendered module asks for; the root may ask for less.
SUPPORTED: Final = f">= {'.'.join(map(str, OLDEST))}, < {'.'.join(map(str, BEYOND))}"

_NUMBER: Final = r"(?:0|[1-9][0-9]{0,4})"
# At least two numbers after ~>: with one, Terraform and its documentation do not say the same.
_TERM: Final = (
    rf"(?:~> {{0,3}}{_NUMBER}(?:\.{_NUMBER}){{1,2}}|(?:(?:!=|>=|<=|=|>|<) {{0,3}})?{_NUMBER}(?:\.{_NUMBER}){{0,2}})"
)
PATTERN: Final = rf"{_TERM}(?: {{0,3}}, {{0,3}}{_TERM}){{0,9}}"
_READ: Final = re.compile(r"\s*(~>|!=|>=|<=|=|>|<|)\s*([0-9.]+)\s*")
_FIRST: Final[Numbers] = (0, 0, 0)
_LAST: Final[Numbers] = (10**6, 0, 0)


def admits(constraint: str, version: Numbers) -> bool:
    """Whether a version fulfils a constraint.

    Args:
        constraint: of the form of `PATTERN`.
        version: three numbers.
    """
    low, high, not_these = _interval(constraint)
    return low <= version < high and version not in not_these


def is_possible(constraint: str) -> bool:
    """Whether a constraint leaves a version that rendered text holds under.

    Args:
        constraint: of the form of `PATTERN`.
    """
    low, high, not_these = _interval(constraint)
    at, end = max(low, OLDEST), min(high, BEYOND)
    while at in not_these:
        at = _next(at)
    return at < end


def _interval(constraint: str) -> tuple[Numbers, Numbers, set[Numbers]]:
    """Return the first version that is admitted, the first one that is not any more, and those left out between."""
    low, high, not_these = _FIRST, _LAST, set[Numbers]()
    for term in constraint.split(","):
        if found := _READ.fullmatch(term):
            given = [int(number) for number in found[2].split(".")]
            version = _numbers(given)
            if found[1] == "!=":
                not_these.add(version)
            else:
                its_low, its_high = _of_term(found[1], version, given)
                low, high = max(low, its_low), min(high, its_high)
    return low, high, not_these


def _of_term(operator: str, version: Numbers, given: list[int]) -> tuple[Numbers, Numbers]:
    match operator:
        case ">=":
            return version, _LAST
        case ">":
            return _next(version), _LAST
        case "<":
            return _FIRST, version
        case "<=":
            return _FIRST, _next(version)
        case "~>":
            *kept, _ = given
            return version, _numbers([*kept[:-1], kept[-1] + 1])
    return version, _next(version)


def _numbers(given: list[int]) -> Numbers:
    major, minor, patch = (*given, 0, 0)[:3]
    return major, minor, patch


def _next(version: Numbers) -> Numbers:
    major, minor, patch = version
    return major, minor, patch + 1
