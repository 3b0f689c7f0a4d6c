"""The values in a plan that nobody is to see: which they are, and a plan without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.plans.planned import SENSITIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.plans.plan import AttributePath, Plan


def sensitive_values(plan: Plan) -> set[str]:
    """Collect every text that Terraform marks as sensitive: in resources, data sources and outputs."""
    found: set[str] = set()
    for change in (*plan.resources, *plan.drift):
        found.update(_marked(change.before, change.before_sensitive))
        found.update(_marked(change.after, change.after_sensitive))
    for output in plan.outputs.values():
        found.update(_marked(output.before, output.is_sensitive))
        found.update(_marked(output.after, output.is_sensitive))
    for resource in plan.state():
        found.update(_marked(resource.values, resource.sensitive))
    return found


def is_sensitive(mark: Any, path: AttributePath) -> bool:  # noqa: ANN401  # any JSON value
    """Whether the value at `path` is to be hidden, by what a plan says of the whole."""
    for part in path:
        if mark is True:
            return True
        if isinstance(mark, dict):
            mark = mark.get(str(part), False)
        elif isinstance(mark, list) and isinstance(part, int) and part < len(mark):
            mark = mark[part]
        else:
            return False
    return mark is True


def without_secrets(raw: Any) -> dict[str, Any]:  # noqa: ANN401  # any plan JSON
    """Return plan JSON with a word in place of every sensitive value.

    What only a state or a configuration holds is left out, but for the data sources that were read.
    """
    result = {key: value for key, value in raw.items() if key not in {"planned_values", "prior_state", "variables"}}
    for key in ("resource_changes", "resource_drift"):
        if key in raw:
            result[key] = [entry | {"change": _clean(entry["change"])} for entry in raw[key]]
    outputs = raw.get("output_changes") or {}
    result["output_changes"] = {name: _clean(change) for name, change in outputs.items()}
    values = (raw.get("prior_state") or {}).get("values")
    if values and values.get("root_module"):
        result["prior_state"] = {"values": {"root_module": _module(values["root_module"])}}
    return result


def _marked(value: Any, mark: Any) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    if mark is True:
        yield from _texts(value)
    elif isinstance(mark, dict) and isinstance(value, dict):
        for key, inner in mark.items():
            yield from _marked(value.get(key), inner)
    elif isinstance(mark, list) and isinstance(value, list):
        for item, inner in zip(value, mark, strict=False):
            yield from _marked(item, inner)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _clean(change: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(change)
    for side in ("before", "after"):
        if side in change:
            cleaned[side] = _masked(change[side], change.get(f"{side}_sensitive", False))
    return cleaned


def _module(module: dict[str, Any]) -> dict[str, Any]:
    resources = [item for item in module.get("resources") or () if item["mode"] == "data"]
    return {
        "resources": [
            item | {"values": _masked(item["values"], item.get("sensitive_values", False))} for item in resources
        ],
        "child_modules": [_module(child) for child in module.get("child_modules") or ()],
    }


def _masked(value: Any, mark: Any) -> Any:  # noqa: ANN401  # any JSON value
    if mark is True:
        return value if value is None else SENSITIVE
    if isinstance(value, dict) and isinstance(mark, dict):
        return {key: _masked(item, mark.get(key, False)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(mark, list):
        marks = [*mark, *[False] * (len(value) - len(mark))]
        return [_masked(item, inner) for item, inner in zip(value, marks, strict=False)]
    return value
