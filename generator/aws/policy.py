"""What a resource policy says about one call: AWS's evaluation of statements, principals and conditions.

moto takes a condition it does not know for fulfilled, and one that does not hold for a denial, so that the usual
"deny what is not TLS" statement denies everything.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final

Compare = Callable[[str, str], bool]


class Verdict(Enum):
    """Outcome of a policy; silence leaves the decision to other policies."""

    ALLOWED = "allowed"
    DENIED = "denied"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Call:
    """One API call, as a policy sees it.

    Attributes:
        action: `s3:GetObject`.
        resource: ARN; "" for a trust policy, which names none.
        account: account of the caller, "" for an anonymous one and for services.
        caller: ARN of the caller, "" where it has none.
        service: service principal that calls (`codebuild.amazonaws.com`), "" where none.
        context: condition keys (lower case) and their values.
    """

    action: str
    resource: str = ""
    account: str = ""
    caller: str = ""
    service: str = ""
    context: Mapping[str, str] = field(default_factory=dict)


def judge(document: Mapping[str, Any], call: Call) -> Verdict:
    """Evaluate a policy document for one call: an explicit denial wins."""
    verdict = Verdict.SILENT
    for statement in _listed(document.get("Statement")):
        if not _concerns(statement, call):
            continue
        if statement.get("Effect") == "Deny":
            return Verdict.DENIED
        verdict = Verdict.ALLOWED
    return verdict


def unknown_operators(document: Mapping[str, Any]) -> list[str]:
    """List the condition operators of a policy that AWS does not know."""
    blocks = (statement.get("Condition") or {} for statement in _listed(document.get("Statement")))
    return [name for block in blocks for name in block if _plain(name) not in {*_POSITIVE, *_NEGATIVE, "Null"}]


def like(pattern: str, text: str) -> bool:
    """Match `*` and `?` as policies do, and nothing else."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    return _expression(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _concerns(statement: Mapping[str, Any], call: Call) -> bool:
    def named(element: str, value: str, match: Compare) -> bool:
        if f"Not{element}" in statement:
            return not any(match(pattern, value) for pattern in _listed(statement[f"Not{element}"]))
        return element not in statement or any(match(pattern, value) for pattern in _listed(statement[element]))

    return (
        named("Action", call.action.lower(), lambda pattern, value: like(pattern.lower(), value))
        and named("Resource", call.resource, like)
        and _is_principal(statement, call)
        and all(
            _holds(operator, key, _listed(expected), call.context)
            for operator, block in (statement.get("Condition") or {}).items()
            for key, expected in block.items()
        )
    )


def _is_principal(statement: Mapping[str, Any], call: Call) -> bool:
    if "NotPrincipal" in statement:
        return not _named_principal(statement["NotPrincipal"], call)
    return "Principal" not in statement or _named_principal(statement["Principal"], call)


def _named_principal(principal: Any, call: Call) -> bool:  # noqa: ANN401  # JSON of a policy
    if principal == "*":
        return True
    people, services = _listed(principal.get("AWS")), _listed(principal.get("Service"))
    if call.service:
        return call.service in services
    if "*" in people:
        return True
    root = re.compile(rf"arn:aws[a-z-]*:iam::{call.account}:root|{call.account}")
    return call.account != "" and any(root.fullmatch(who) or who == call.caller for who in people)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # JSON of a policy
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _plain(operator: str) -> str:
    return operator.rpartition(":")[2].removesuffix("IfExists")


def _holds(operator: str, key: str, expected: list[Any], context: Mapping[str, str]) -> bool:
    name, actual = _plain(operator), context.get(key.lower())
    values = [str(value).lower() if isinstance(value, bool) else str(value) for value in expected]
    if name == "Null":
        return (actual is None) == (values == ["true"])
    if actual is None:
        # An absent key fulfils the negated operators, …IfExists, and ForAllValues (of nothing).
        return operator.endswith("IfExists") or operator.startswith("ForAllValues:") or name in _NEGATIVE
    if name in _NEGATIVE:
        return not any(_NEGATIVE[name](value, actual) for value in values)
    return name in _POSITIVE and any(_POSITIVE[name](value, actual) for value in values)


def _moment(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9.]+", text) else datetime.fromisoformat(text).timestamp()


def _same(value: str, actual: str) -> bool:
    return value == actual


def _same_letters(value: str, actual: str) -> bool:
    return value.lower() == actual.lower()


def _in_network(value: str, actual: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(value, strict=False)


def _ordered(prefix: str, number: Callable[[str], float]) -> dict[str, Compare]:
    return {
        f"{prefix}Equals": lambda value, actual: number(actual) == number(value),
        f"{prefix}LessThan": lambda value, actual: number(actual) < number(value),
        f"{prefix}LessThanEquals": lambda value, actual: number(actual) <= number(value),
        f"{prefix}GreaterThan": lambda value, actual: number(actual) > number(value),
        f"{prefix}GreaterThanEquals": lambda value, actual: number(actual) >= number(value),
    }


_POSITIVE: Final[dict[str, Compare]] = {
    "StringEquals": _same,
    "StringEqualsIgnoreCase": _same_letters,
    "StringLike": like,
    "ArnEquals": like,
    "ArnLike": like,
    "Bool": _same_letters,
    "BinaryEquals": _same,
    "IpAddress": _in_network,
    **_ordered("Numeric", float),
    **_ordered("Date", _moment),
}
_NEGATIVE: Final[dict[str, Compare]] = {
    "StringNotEquals": _same,
    "StringNotEqualsIgnoreCase": _same_letters,
    "StringNotLike": like,
    "ArnNotEquals": like,
    "ArnNotLike": like,
    "NotIpAddress": _in_network,
    "NumericNotEquals": _POSITIVE["NumericEquals"],
    "DateNotEquals": _POSITIVE["DateEquals"],
}
