"""The statements of a policy in one form, however the plan holds them: a policy document, or its JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.plans.planned import PlannedResource

    Statement = dict[str, Any]

_ATTRIBUTES: Final = ("policy", "assume_role_policy", "inline_policy", "json")
_JSON_KEYS: Final = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
    "Principal": "principals",
    "NotPrincipal": "not_principals",
    "Condition": "conditions",
}


def statements(resource: PlannedResource) -> list[Statement] | None:
    """Return the statements of the policy that a resource or data source holds; None where it holds none that is known.

    Each has `effect` and, where they are set, `sid`, `actions`, `resources` (sorted), `principals` (names by type) and
    `conditions` (values by test and key), and the same with `not_` in front.
    """
    document = resource.values.get("statement")
    if resource.type == "aws_iam_policy_document" and isinstance(document, list):
        return [from_block(block) for block in document]
    for attribute in _ATTRIBUTES:
        parsed = _parsed(resource.values.get(attribute))
        if isinstance(parsed, dict) and "Statement" in parsed:
            found = parsed["Statement"]
            return [from_json(statement) for statement in (found if isinstance(found, list) else [found])]
    return None


def _parsed(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def from_block(block: Mapping[str, Any]) -> Statement:
    """Read a statement as a policy document data source holds it."""
    statement: Statement = {"effect": block.get("effect") or "Allow"}
    if block.get("sid"):
        statement["sid"] = block["sid"]
    for key in ("actions", "not_actions", "resources", "not_resources"):
        if block.get(key):
            statement[key] = _listed(block[key])
    for key in ("principals", "not_principals"):
        if block.get(key):
            statement[key] = {item["type"]: _listed(item["identifiers"]) for item in block[key]}
    conditions: dict[str, dict[str, list[str]]] = {}
    for item in block.get("condition") or ():
        conditions.setdefault(item["test"], {})[item["variable"]] = _listed(item["values"])
    return statement | ({"conditions": conditions} if conditions else {})


def from_json(raw: Mapping[str, Any]) -> Statement:
    """Read a statement of a policy in JSON."""
    statement: Statement = {"effect": raw.get("Effect", "Allow")}
    if raw.get("Sid"):
        statement["sid"] = raw["Sid"]
    for key, name in _JSON_KEYS.items():
        if key not in raw:
            continue
        value = raw[key]
        if key == "Condition":
            statement[name] = {
                test: {variable: _listed(values) for variable, values in of_test.items()}
                for test, of_test in value.items()
            }
        elif isinstance(value, dict):
            statement[name] = {kind: _listed(names) for kind, names in value.items()}
        elif "Principal" in key:
            statement[name] = {value: [value]}
        else:
            statement[name] = _listed(value)
    return statement


def _listed(value: object) -> list[str]:
    return sorted(map(str, value)) if isinstance(value, list) else [str(value)]
