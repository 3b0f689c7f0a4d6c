"""What AWS would say to one request, evaluated plainly: the measure for what `generator.permissions` says of all requests."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True)
class Request:
    """One request: `caller` as policies name it (`AWS:arn:…`, `Service:…`), `context` with all values of each key."""

    caller: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def allowed(document: Mapping[str, Any], request: Request) -> bool:
    return applies(document, request, "Allow") and not applies(document, request, "Deny")


def applies(document: Mapping[str, Any], request: Request, effect: str) -> bool:
    return any(_matches(each, request) for each in document["Statement"] if each["Effect"] == effect)


def like(pattern: str, text: str) -> bool:
    return _expression(pattern).fullmatch(text) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern), re.DOTALL)


def _matches(statement: Mapping[str, Any], request: Request) -> bool:
    def filled(text: str) -> str:
        return re.sub(r"\$\{(.*?)\}", lambda found: _variable(found[1], request), text) if "${" in text else text

    return (
        _named(statement, "Principal", lambda who: who == "*" or like(who, request.caller))
        and _named(statement, "Action", lambda name: like(name.lower(), request.action.lower()))
        and _named(statement, "Resource", lambda name: like(filled(name), request.resource))
        and all(
            _holds(operator, [filled(value) for value in values], request.context.get(key.lower(), ()))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _variable(name: str, request: Request) -> str:
    return (request.context.get(name.lower()) or ("\0",))[0]


def _named(statement: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    if f"Not{element}" in statement:
        return not any(map(matches, _texts(statement[f"Not{element}"])))
    return element not in statement or any(map(matches, _texts(statement[element])))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return [f"{kind}:{name}" for kind, names in value.items() for name in names]
    return value if isinstance(value, list) else [value]


def _holds(operator: str, values: list[str], actual: tuple[str, ...]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return any(bool(actual) is (value == "false") for value in values)
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    is_negated = "Not" in name
    test = _TESTS[name.replace("Not", "")]
    one = [any(test(value, each) for value in values) is not is_negated for each in actual]
    if not actual:
        return if_exists or quantifier == "ForAllValues" or (is_negated and not quantifier)
    return any(one) if quantifier == "ForAnyValue" else all(one)


def _arn_like(pattern: str, text: str) -> bool:
    fields, others = pattern.split(":", 5), text.split(":", 5)
    return len(fields) == len(others) == 6 and all(map(like, fields, others))


@cache
def _in_network(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, actual: value == actual,
    "StringEqualsIgnoreCase": lambda value, actual: value.lower() == actual.lower(),
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, actual: value == actual,
    "IpAddress": _in_network,
    "NumericEquals": lambda value, actual: float(value) == float(actual),
    "NumericLessThan": lambda value, actual: float(actual) < float(value),
    "NumericLessThanEquals": lambda value, actual: float(actual) <= float(value),
    "NumericGreaterThan": lambda value, actual: float(actual) > float(value),
    "NumericGreaterThanEquals": lambda value, actual: float(actual) >= float(value),
}
