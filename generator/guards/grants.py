"""What a policy lets whom do, as single grants that can be compared: whether one is as wide as another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from generator.fleet.planned import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Statement = Mapping[str, Any]

EVERYONE: Final = "*"
_NOT: Final = "not "
_ROOT: Final = re.compile(r"AWS:arn:[\w-]+:iam::(\d{12}):root")
_ACCOUNT: Final = re.compile(r"\d{12}")
# Types of ARNs whose resource begins with the name itself, not with a kind.
_NAMED_AT_ONCE: Final = frozenset({"s3", "sns", "sqs"})
_ARN_PARTS: Final = 6

Condition = tuple[str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one resource by one principal.

    Attributes:
        principal: `Service:codebuild.amazonaws.com`, `*` for everyone; "" in a policy of an identity.
        action: a pattern; `not …` for all but those named.
        resource: a pattern; "" in a policy that is attached to its resource and names none.
        conditions: test, key, values.
        sid: of the statement.
    """

    principal: str
    action: str
    resource: str
    conditions: frozenset[Condition] = frozenset()
    sid: str = field(default="", compare=False)

    @property
    def is_wide_action(self) -> bool:
        """Whether the action stands for several."""
        return any(mark in self.action for mark in "*?") or self.action.startswith(_NOT)

    @property
    def is_wide_resource(self) -> bool:
        """Whether the resource stands for all of its kind."""
        if self.resource.startswith(_NOT):
            return True
        parts = self.resource.split(":", _ARN_PARTS - 1)
        if len(parts) < _ARN_PARTS:
            return EVERYONE in self.resource
        names = re.split("[:/]", parts[-1])
        has_kind = parts[2] not in _NAMED_AT_ONCE and len(names) > 1
        return set(names[1 if has_kind else 0]) == {EVERYONE}


def grants(statements: Iterable[Statement], effect: str) -> list[Grant]:
    """Take statements of one effect apart.

    Args:
        statements: as `contracts.policies` writes them.
        effect: `Allow` or `Deny`.
    """
    return [grant for statement in statements if statement["effect"] == effect for grant in _grants(statement)]


def covers(wide: Grant, narrow: Grant, account: str = "") -> bool:
    """Whether everything that `narrow` lets through `wide` lets through too.

    Args:
        wide: one grant.
        narrow: the other.
        account: whose resources a condition may name more of without being another; "" for nobody's.
    """
    return covers_but_for_conditions(wide, narrow) and not missing_conditions(wide, narrow, account)


def covers_but_for_conditions(wide: Grant, narrow: Grant) -> bool:
    """Whether it would, were it not for the conditions."""
    return (
        covers_principal(wide.principal, narrow.principal)
        and _fits(wide.action.lower(), narrow.action.lower())
        and _fits(wide.resource, narrow.resource)
    )


def missing_conditions(wide: Grant, narrow: Grant, account: str = "") -> list[Condition]:
    """List the conditions of `wide` that `narrow` does not meet; for `account` see `covers`."""
    return sorted(
        (each for each in wide.conditions if not any(_implies(other, each, account) for other in narrow.conditions)),
        key=lambda condition: condition[:2],
    )


def covers_principal(wide: str, narrow: str) -> bool:
    """Whether a principal is another one, or includes it."""
    if wide in {EVERYONE, narrow}:
        return True
    root = _ROOT.fullmatch(wide)
    return bool(root) and f"::{root[1]}:" in narrow  # type: ignore[index]  # it matched


def _grants(statement: Statement) -> Iterator[Grant]:
    conditions = frozenset(
        (test, variable, frozenset(values))
        for test, of_test in statement.get("conditions", {}).items()
        for variable, values in of_test.items()
    )
    for principal in _principals(statement):
        for action in _named(statement, "actions"):
            for resource in _named(statement, "resources"):
                yield Grant(principal, action, resource, conditions, statement.get("sid", ""))


def _named(statement: Statement, key: str) -> list[str]:
    if f"not_{key}" in statement:
        return [_NOT + ", ".join(statement[f"not_{key}"])]
    return list(statement.get(key, [""]))


def _principals(statement: Statement) -> list[str]:
    if "not_principals" in statement:
        return [EVERYONE]
    found = [_principal(kind, name) for kind, names in statement.get("principals", {}).items() for name in names]
    return found or [""]


def _principal(kind: str, name: str) -> str:
    if name == EVERYONE:
        return EVERYONE
    # AWS takes the number of an account for its root.
    return f"{kind}:arn:aws:iam::{name}:root" if kind == "AWS" and _ACCOUNT.fullmatch(name) else f"{kind}:{name}"


def _implies(one: Condition, other: Condition, account: str) -> bool:
    if one[0] != other[0] or one[1].lower() != other[1].lower():
        return False
    if UNKNOWN in one[2]:
        return True
    if "Not" in one[0]:
        return one[2] >= other[2]
    # One more source among several of our own is as bound as they are.
    return all(_is_own(value, account) for value in one[2] - other[2])


def _is_own(value: str, account: str) -> bool:
    names = value.split(":", _ARN_PARTS - 1)
    return bool(account) and value.startswith("arn:") and account in names[4:5] and not re.search("[*?]", value)


def _fits(pattern: str, text: str) -> bool:
    if pattern.startswith(_NOT) and text.startswith(_NOT):
        # All but these is within all but those, where each of those is one of these.
        left_out = text.removeprefix(_NOT).split(", ")
        return all(any(_fits(one, each) for one in left_out) for each in pattern.removeprefix(_NOT).split(", "))
    return pattern == text or (not pattern.startswith(_NOT) and bool(_pattern(pattern).fullmatch(text)))


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    # A question mark stands for one character, and a star in the other text for many.
    parts = (".*" if char == "*" else "[^*]" if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)
