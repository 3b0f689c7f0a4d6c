"""The values in a plan that nobody is to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.terraform.plan import Plan


def sensitive_values(plan: Plan) -> set[str]:
    """Collect every text that Terraform marks as sensitive: in resources, data sources and outputs."""
    found: set[str] = set()
    for change in (*plan.resources, *plan.drift):
        found.update(_marked(change.before, change.before_sensitive))
        found.update(_marked(change.after, change.after_sensitive))
    for output in plan.outputs.values():
        found.update(_marked(output.before, output.is_sensitive))
        found.update(_marked(output.after, output.is_sensitive))
    modules = [((plan.raw.get("prior_state") or {}).get("values") or {}).get("root_module") or {}]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules") or []
        for resource in module.get("resources") or []:
            found.update(_marked(resource.get("values"), resource.get("sensitive_values", False)))
    return found


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
