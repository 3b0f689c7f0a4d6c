"""Read a policy document: JSON, the same as a mapping, or blocks of Terraform; any leaf may be unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from generator.permissions.policy import (
    ALLOW,
    DENY,
    EITHER,
    EVERYBODY,
    UNKNOWN,
    Condition,
    Element,
    Policy,
    Statement,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WITH_VARIABLES: Final = "2012-10-17"
_ELEMENTS: Final = frozenset(
    {"sid", "effect", "principal", "notprincipal", "action", "notaction", "resource", "notresource", "condition"}
)
_ACCOUNT_DIGITS: Final = 12
_VARIABLE: Final = "${"


class _DuplicateKeyError(ValueError):
    pass


def marked(value: Any, unknown: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a value of plan JSON with UNKNOWN in place of every leaf that is unknown.

    Args:
        value: as `change.after` has it.
        unknown: as `change.after_unknown` has it: the same shape, True where something is unknown.
    """
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict) and isinstance(value, dict | None):
        keys = dict.fromkeys([*(value or {}), *(key for key, item in unknown.items() if item)])
        return {key: marked((value or {}).get(key), unknown.get(key, False)) for key in keys}
    if isinstance(unknown, list):
        values = value if isinstance(value, list) else []
        length = max(len(values), len(unknown))
        pairs = [
            (values[i] if i < len(values) else None, unknown[i] if i < len(unknown) else False) for i in range(length)
        ]
        return [marked(item, of_item) for item, of_item in pairs]
    return value


def policy(document: str | Mapping[str, Any] | Unknown, name: str = "") -> Policy:
    """Read a policy document.

    Args:
        document: its JSON, the same as a mapping whose leaves may be UNKNOWN, or UNKNOWN for all of it.
        name: what to call it.

    Returns:
        The policy. What cannot be understood becomes a statement that says so, and counts as the worst.
    """
    if isinstance(document, str):
        try:
            document = json.loads(document, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, _DuplicateKeyError) else "it is not JSON"
            return Policy((_unreadable(reason),), name)
    if document is UNKNOWN:
        return Policy((_unreadable("it is known only after apply", effect=UNKNOWN),), name)
    if not isinstance(document, Mapping):
        return Policy((_unreadable("it is not a JSON object"),), name)
    elements = {str(key).lower(): value for key, value in document.items()}
    found = elements.get("statement")
    if len(elements) < len(document) or found is None:
        return Policy((_unreadable("it has no statement, or has an element twice"),), name)
    version = elements.get("version", "")
    has_variables = version is UNKNOWN or version == WITH_VARIABLES
    statements = found if isinstance(found, list) else [found]
    return Policy(tuple(_statement(each, has_variables=has_variables) for each in statements), name)


def policy_of_blocks(values: Mapping[str, Any], name: str = "") -> Policy:
    """Read a policy from the values of a data source `aws_iam_policy_document`.

    Args:
        values: as `marked` returns them.
        name: what to call it.
    """
    statements = [*_sources(values.get("source_policy_documents"))]
    blocks = values.get("statement")
    blocks = blocks if isinstance(blocks, list) else [] if blocks is None else [UNKNOWN]
    statements += [_statement(_from_block(block), has_variables=True) for block in blocks]
    for statement in _sources(values.get("override_policy_documents")):
        statements = [each for each in statements if not statement.sid or each.sid != statement.sid]
        statements.append(statement)
    return Policy(tuple(statements), name)


def _sources(documents: object) -> Iterator[Statement]:
    if documents is UNKNOWN:
        yield _unreadable("it is known only after apply", effect=UNKNOWN)
    for document in documents if isinstance(documents, list) else ():
        yield from policy(document).statements


def _from_block(block: Any) -> Any:  # noqa: ANN401  # any JSON value
    if not isinstance(block, Mapping):
        return block
    effect = block.get("effect")
    found: dict[str, Any] = {"Effect": ALLOW if effect is None else effect, "Sid": block.get("sid") or ""}
    elements = {
        "actions": "Action",
        "not_actions": "NotAction",
        "resources": "Resource",
        "not_resources": "NotResource",
    }
    found |= {element: _variables(block[key]) for key, element in elements.items() if block.get(key)}
    for key, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if block.get(key):
            found[element] = _by_name(block[key], "type", "identifiers")
    if block.get("condition"):
        found["Condition"] = _conditions_of_blocks(block["condition"])
    return found


def _conditions_of_blocks(blocks: Any) -> Any:  # noqa: ANN401  # any JSON value
    if not isinstance(blocks, list) or not all(
        isinstance(each, Mapping) and isinstance(each.get("test"), str) for each in blocks
    ):
        return UNKNOWN
    tests: dict[str, list[Any]] = {}
    for block in blocks:
        tests.setdefault(block["test"], []).append(block)
    return {test: _by_name(of_test, "variable", "values") for test, of_test in tests.items()}


def _by_name(blocks: Any, key: str, values: str) -> Any:  # noqa: ANN401  # any JSON value
    if not isinstance(blocks, list) or not all(
        isinstance(each, Mapping) and isinstance(each.get(key), str) for each in blocks
    ):
        return UNKNOWN
    found: dict[str, list[Any]] = {}
    for block in blocks:
        listed = _variables(block.get(values))
        found.setdefault(block[key], []).extend(listed if isinstance(listed, list) else [listed])
    return found


def _variables(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Write variables as JSON has them: Terraform's own syntax takes `${`, so that blocks say `&{`."""
    if isinstance(value, list):
        return [_variables(item) for item in value]
    return value.replace("&{", "${") if isinstance(value, str) else value


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(f"it has {key} twice in one place")
        found[key] = value
    return found


def _unreadable(reason: str, effect: str | Unknown = EITHER) -> Statement:
    return Statement(effect, unreadable=reason)


def _statement(raw: Any, *, has_variables: bool) -> Statement:  # noqa: ANN401  # any JSON value
    if raw is UNKNOWN:
        return _unreadable("it is known only after apply", effect=UNKNOWN)
    if not isinstance(raw, Mapping):
        return _unreadable("a statement is not an object")
    elements = {str(key).lower(): value for key, value in raw.items()}
    strange = [key for key in raw if str(key).lower() not in _ELEMENTS]
    effect = elements.get("effect")
    if strange or len(elements) < len(raw):
        return _unreadable(f"it has an element that is not known, or twice: {', '.join(map(str, strange or raw))}")
    if effect not in (ALLOW, DENY, UNKNOWN):  # a list is no effect, and has no hash
        return _unreadable(f"its effect is neither Allow nor Deny: {effect}")
    try:
        found = Statement(
            effect,
            principals=_element(elements, "principal", _principals),
            actions=_element(elements, "action", _texts),
            resources=_element(elements, "resource", _texts),
            conditions=_conditions(elements.get("condition")),
            sid=str(elements.get("sid") or ""),
        )
    except (TypeError, ValueError) as error:
        return _unreadable(str(error), effect=effect)
    return replace(found, has_variables=has_variables and any(_VARIABLE in str(leaf) for leaf in found.leaves))


def _element(elements: Mapping[str, Any], name: str, read: Any) -> Element | None:  # noqa: ANN401  # a reader of one element
    if name in elements and f"not{name}" in elements:
        raise ValueError(f"it has both {name} and not{name}")
    if f"not{name}" in elements:
        return Element(read(elements[f"not{name}"]), is_negated=True)
    return Element(read(elements[name])) if name in elements else None


def _texts(value: Any) -> frozenset[str | Unknown]:  # noqa: ANN401  # any JSON value
    values = value if isinstance(value, list) else [value]
    found: set[str | Unknown] = set()
    for item in values:
        if item is UNKNOWN or isinstance(item, str):
            found.add(item)
        elif isinstance(item, bool):
            found.add("true" if item else "false")
        elif isinstance(item, int | float):
            found.add(str(item))
        else:
            raise TypeError(f"it has {item!r} where a text belongs")
    return frozenset(found)


def _principals(value: Any) -> frozenset[str | Unknown]:  # noqa: ANN401  # any JSON value
    if value is UNKNOWN or value == EVERYBODY:
        return frozenset({value})
    if not isinstance(value, Mapping):
        raise TypeError(f"its principal is {value!r}")
    return frozenset(_principal(kind, name) for kind, names in value.items() for name in _texts(names))


def _principal(kind: str, name: str | Unknown) -> str | Unknown:
    if name is UNKNOWN:
        return UNKNOWN
    if kind == EVERYBODY:
        # A block of Terraform says so; any name but `*` is refused by AWS.
        return EVERYBODY
    if kind == "AWS" and len(name) == _ACCOUNT_DIGITS and name.isdigit():
        # AWS takes the number of an account for its root; the partition is that of the policy.
        return f"AWS:arn:*:iam::{name}:root"
    return f"{kind}:{name.lower() if kind == 'Service' else name}"


def _conditions(value: Any) -> frozenset[Condition]:  # noqa: ANN401  # any JSON value
    if value is None:
        return frozenset()
    if value is UNKNOWN:
        return frozenset({Condition("", "", frozenset({UNKNOWN}))})
    if not isinstance(value, Mapping):
        raise TypeError(f"its condition is {value!r}")
    found: set[Condition] = set()
    for operator, of_operator in value.items():
        if of_operator is UNKNOWN:
            found.add(Condition(operator, "", frozenset({UNKNOWN})))
        elif not isinstance(of_operator, Mapping):
            raise TypeError(f"its condition {operator} is {of_operator!r}")
        else:
            found |= {Condition(operator, key.lower(), _texts(of_key), key) for key, of_key in of_operator.items()}
    return frozenset(found)
