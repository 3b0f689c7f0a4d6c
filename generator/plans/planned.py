"""A plan as a contract sees it: plain values, with words where a value is not known yet or not to be shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.plans.plan import Plan

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNKNOWN: Final = "(known after apply)"
SENSITIVE: Final = "(sensitive)"


@dataclass(frozen=True, slots=True)
class PlannedResource:
    """One resource or data source of a plan.

    Attributes:
        address: in the environment's root.
        type: of the resource.
        is_data: whether it is only read.
        values: what it will hold.
    """

    address: str
    type: str
    is_data: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlannedStack:
    """What an environment will be after its plan.

    Attributes:
        resources: by address, those that stay or come.
        outputs: by name.
    """

    resources: Mapping[str, PlannedResource]
    outputs: Mapping[str, Any]


def planned_stack(plan: Plan) -> PlannedStack:
    """Return what an environment will be after `plan`."""
    # The data sources that were read while planning are in the state before the plan.
    read = (resource for resource in plan.state() if resource.mode == "data")
    resources = {
        each.address: PlannedResource(
            each.address, each.type, is_data=True, values=shown(each.values, unknown=False, sensitive=each.sensitive)
        )
        for each in read
    }
    for change in plan.resources:
        if change.after is None or change.deposed:
            continue
        values = shown(change.after, change.after_unknown, change.after_sensitive)
        is_data = change.mode == "data"
        resources[change.address] = PlannedResource(change.address, change.type, is_data, values)
    outputs: dict[str, Any] = {}
    for name, output in plan.outputs.items():
        if output.action != "delete":
            unknown = (plan.raw.get("output_changes") or {}).get(name, {}).get("after_unknown", not output.is_known)
            outputs[name] = SENSITIVE if output.is_sensitive else shown(output.after, unknown, sensitive=False)
    return PlannedStack(dict(sorted(resources.items())), outputs)


def shown(value: Any, unknown: Any, sensitive: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return `value` with words in place of what is unknown or sensitive.

    Args:
        value: without what is unknown.
        unknown: the same shape, True where a value is unknown.
        sensitive: the same shape, True where a value is to be hidden.
    """
    if sensitive is True:
        return SENSITIVE
    if unknown is True:
        return UNKNOWN
    if value is not None and not unknown and not sensitive:
        return value
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict)):
        keys = [*(value or {}), *(key for key, open_ in _entries(unknown) if open_ and key not in (value or {}))]
        return {
            key: shown((value or {}).get(key), _entries_of(unknown, key), _entries_of(sensitive, key)) for key in keys
        }
    if isinstance(value, list):
        return [shown(item, _item(unknown, index), _item(sensitive, index)) for index, item in enumerate(value)]
    return value


def structured(text: str) -> object:
    """Read a text as JSON or YAML; return it as it is where it is neither."""
    try:
        return json.loads(text)
    except ValueError:
        try:
            return yaml.load(text, _LOADER)  # noqa: S506  # the safe loader, in C where libyaml is there
        except yaml.YAMLError:
            return text


def _entries(tree: object) -> list[tuple[str, Any]]:
    return list(tree.items()) if isinstance(tree, dict) else []


def _entries_of(tree: object, key: str) -> object:
    return tree.get(key, False) if isinstance(tree, dict) else False


def _item(tree: object, index: int) -> object:
    return tree[index] if isinstance(tree, list) and index < len(tree) else False
