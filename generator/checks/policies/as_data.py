"""A plan as JSON data: what Rego rules get as `input`, and what tests can make plans from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from generator.checks.policies.model import Change, Origin, Plan, frozen


def plan_data(plan: Plan) -> dict[str, Any]:
    """Write a plan as JSON data; the keys are the names of the fields."""
    data = {each.name: thawed(getattr(plan, each.name)) for each in fields(Plan) if each.name != "resources"}
    return data | {"resources": [_change_data(change) for change in plan.resources]}


def plan_of(data: Mapping[str, Any]) -> Plan:
    """Make a plan from data, for tests of rules: only what the rule looks at needs to be there.

    Args:
        data: as `plan_data` writes it; a resource needs `address` alone.

    Raises:
        TypeError: a key is none of the model's.
    """
    resources = tuple(_change(each) for each in data.get("resources", ()))
    values = {key: frozen(value) for key, value in data.items() if key != "resources"}
    return Plan(**{"environment": "test", **values, "resources": resources})


def thawed(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a frozen value as plain data."""
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [thawed(item) for item in value]
    if isinstance(value, Origin):
        return {each.name: getattr(value, each.name) for each in fields(Origin)}
    return value


def _change_data(change: Change) -> dict[str, Any]:
    return {each.name: thawed(getattr(change, each.name)) for each in fields(Change)}


def _change(data: Mapping[str, Any]) -> Change:
    kind, name = data["address"].split("[", 1)[0].split(".")[-2:]
    module = data["address"].split(f".{kind}.")[0] if data["address"].startswith("module.") else ""
    action = data.get("action", "create" if data.get("before") is None else "update")
    values = {key: frozen(value) for key, value in data.items()}
    return Change(**{"type": kind, "name": name, "module": module, "action": action, "actions": (action,), **values})
