"""Takes the plan of a batch apart: one plan an environment, as if it had been planned alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Document = dict[str, Any]

_COPIED: Final = ("format_version", "terraform_version", "timestamp", "applyable", "complete", "errored")
_ADDRESSES: Final = ("address", "module_address", "previous_address", "to_display", "module", "resource")


def split_plan(raw: Mapping[str, Any], calls: Iterable[str]) -> dict[str, Document]:
    """Take the plan JSON of a batch apart.

    Args:
        raw: what `terraform show -json` printed.
        calls: the names of the root's module calls.

    Returns:
        Plan JSON by name: addresses as in the environment's own root, its outputs those of the root. The types of
        outputs are left out, and so are the settings of providers.
    """
    names = list(calls)
    configured = raw["configuration"]["root_module"]["module_calls"]
    plans: dict[str, Document] = {name: _frame(raw, configured[name]["module"]) for name in names}
    for key in ("resource_changes", "resource_drift", "relevant_attributes", "checks"):
        for entry in raw.get(key) or ():
            name = _owner(entry)
            if name in plans:
                plans[name].setdefault(key, []).append(_rebased(entry, f"module.{name}"))
    _values(plans, raw.get("planned_values"), "planned_values")
    prior = raw.get("prior_state") or {}
    _values(plans, prior.get("values"), "prior_state")
    for name, plan in plans.items():
        plan["output_changes"], outputs = _outputs(raw, name, configured[name]["module"])
        plan.setdefault("planned_values", {"root_module": {}})["outputs"] = outputs
        if "prior_state" in plan:
            frame = {key: value for key, value in prior.items() if key != "values"}
            plan["prior_state"] = frame | {"values": plan["prior_state"]}
    return plans


def _frame(raw: Mapping[str, Any], module: Document) -> Document:
    document = {key: raw[key] for key in _COPIED if key in raw}
    return document | {"configuration": {"root_module": module}, "resource_changes": []}


def _owner(entry: Mapping[str, Any]) -> str:
    where = entry.get("address") or entry.get("resource") or ""
    address: str = where.get("to_display", "") if isinstance(where, dict) else where
    # The names of environments hold no dot, and their calls have no index.
    return address.split(".", 2)[1] if address.startswith("module.") else ""


def _rebased(entry: Any, prefix: str) -> Any:  # noqa: ANN401  # any JSON value
    if not isinstance(entry, dict):
        return entry
    result: Document = {}
    for key, value in entry.items():
        if key in _ADDRESSES and isinstance(value, str):
            short = _without(value, prefix)
            if short or key != "module_address":
                result[key] = short
        elif key in {"address", "instances"}:
            result[key] = (
                [_rebased(item, prefix) for item in value] if isinstance(value, list) else _rebased(value, prefix)
            )
        else:
            result[key] = value
    return {key: value for key, value in result.items() if key != "module" or value}


def _without(address: str, prefix: str) -> str:
    return "" if address == prefix else address.removeprefix(f"{prefix}.")


def _values(plans: dict[str, Document], values: Mapping[str, Any] | None, key: str) -> None:
    for module in ((values or {}).get("root_module") or {}).get("child_modules") or ():
        name = module["address"].removeprefix("module.")
        if name in plans:
            tree = _tree(module, module["address"])
            tree.pop("address", None)
            plans[name][key] = {"root_module": tree}


def _tree(module: Document, prefix: str) -> Document:
    result = dict(module)
    if "address" in result:
        result["address"] = _without(result["address"], prefix)
    if "resources" in result:
        result["resources"] = [_resource(resource, prefix) for resource in result["resources"]]
    if "child_modules" in result:
        # Terraform lists them in no particular order.
        children = sorted(result["child_modules"], key=lambda child: str(child["address"]))
        result["child_modules"] = [_tree(child, prefix) for child in children]
    return result


def _resource(resource: Document, prefix: str) -> Document:
    result = resource | {"address": _without(resource["address"], prefix)}
    if "depends_on" in result:
        result["depends_on"] = [_without(address, prefix) for address in result["depends_on"]]
    return result


def _outputs(raw: Mapping[str, Any], name: str, module: Mapping[str, Any]) -> tuple[Document, Document]:
    change = (raw.get("output_changes") or {}).get(name) or {}
    after, unknown = change.get("after") or {}, change.get("after_unknown") or {}
    changes: Document = {}
    planned: Document = {}
    for output, configured in (module.get("outputs") or {}).items():
        sensitive = bool(configured.get("sensitive"))
        open_part = unknown is True or unknown.get(output, False)
        if not _any(open_part):
            open_part = False
        entry = {"actions": list(change.get("actions") or ["create"]), "before": None}
        entry |= {"after": after[output]} if output in after else {}
        changes[output] = entry | {
            "after_unknown": open_part,
            "before_sensitive": sensitive,
            "after_sensitive": sensitive,
        }
        known = output in after and not open_part
        planned[output] = {"sensitive": sensitive} | ({"value": after[output]} if known else {})
    return changes, planned


def _any(unknown: object) -> bool:
    if isinstance(unknown, dict):
        return any(map(_any, unknown.values()))
    if isinstance(unknown, list):
        return any(map(_any, unknown))
    return bool(unknown)
