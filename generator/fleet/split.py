"""Takes the plan of a batch apart: one plan an environment, as if it had been planned alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.fleet.calls import VARIABLE, instance_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.fleet.calls import ModuleCall
    from generator.fleet.member import Member

    Document = dict[str, Any]
    # By the address of the module that is an environment.
    Instances = Mapping[str, tuple[ModuleCall, Member]]

_VALUES: Final = f"var.{VARIABLE}"
_COPIED: Final = ("format_version", "terraform_version", "timestamp", "applyable", "complete", "errored")
_ADDRESSES: Final = ("address", "module_address", "previous_address", "to_display", "module", "resource")
_ENTRIES: Final = ("resource_changes", "resource_drift", "relevant_attributes")
# What several objects of the same check come to, the first of these that one of them has
# (https://developer.hashicorp.com/terraform/internals/json-format#checks-representation).
_STATUSES: Final = ("error", "fail", "unknown", "pass")


def split_plan(raw: Mapping[str, Any], calls: Iterable[ModuleCall]) -> dict[str, Document]:
    """Take the plan JSON of a batch apart.

    Args:
        raw: what `terraform show -json` printed.
        calls: the root's module calls.

    Returns:
        Plan JSON by environment: addresses as in its own root, its outputs those of the root. The types of outputs are
        left out, and so are the settings of providers.
    """
    instances = {call.address(member): (call, member) for call in calls for member in call.members}
    configured = raw["configuration"]["root_module"]["module_calls"]
    plans: dict[str, Document] = {
        member.name: _frame(raw, _configuration(configured[call.name], call, member))
        for call, member in instances.values()
    }
    for key in _ENTRIES:
        for entry in raw.get(key) or ():
            address = instance_of(entry.get("address") or entry.get("resource") or "")
            if address in instances:
                _, member = instances[address]
                plans[member.name].setdefault(key, []).append(_rebased(entry, address))
    for name, check in _checks(raw.get("checks") or (), instances):
        plans[name].setdefault("checks", []).append(check)
    _values(plans, instances, raw.get("planned_values"), "planned_values")
    prior = raw.get("prior_state") or {}
    _values(plans, instances, prior.get("values"), "prior_state")
    for call, member in instances.values():
        plan = plans[member.name]
        outputs = plan["configuration"]["root_module"].get("outputs") or {}
        plan["output_changes"], planned = _outputs(_output_change(raw, call, member), outputs)
        plan.setdefault("planned_values", {"root_module": {}})["outputs"] = planned
        if "prior_state" in plan:
            frame = {key: value for key, value in prior.items() if key != "values"}
            plan["prior_state"] = frame | {"values": plan["prior_state"]}
    return plans


def _frame(raw: Mapping[str, Any], module: Document) -> Document:
    document = {key: raw[key] for key in _COPIED if key in raw}
    return document | {"configuration": {"root_module": module}, "resource_changes": []}


def _configuration(configured: Document, call: ModuleCall, member: Member) -> Document:
    """Return the configuration of an environment, with its own constants in their places."""
    module: Document = configured["module"]
    if not call.is_shared:
        return module
    constants = configured["for_each_expression"]["constant_value"][member.name]
    whole = {f"{_VALUES}.{name}": {"constant_value": constants[name]} for name in call.whole}
    own: Document = _expressions({key: value for key, value in module.items() if key != "variables"}, whole)
    variables = {name: item for name, item in (module.get("variables") or {}).items() if name != VARIABLE}
    return own | ({"variables": variables} if variables else {})


def _expressions(configured: Any, whole: Mapping[str, Document]) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(configured, list):
        return [_expressions(item, whole) for item in configured]
    if not isinstance(configured, dict):
        return configured
    references = configured.get("references")
    if isinstance(references, list) and references:
        if references[0] in whole and references[1:] == [_VALUES]:
            return whole[references[0]]
        kept = [item for item in references if item != _VALUES and not item.startswith(f"{_VALUES}.")]
        return {"references": kept} if kept else {}
    # A module that is called further down does not know of the variable.
    return {key: value if key == "module" else _expressions(value, whole) for key, value in configured.items()}


def _checks(checks: Iterable[Document], instances: Instances) -> Iterator[tuple[str, Document]]:
    """Give each environment its part of every check, by its name."""
    calls = {f"module.{call.name}": call for call, _ in instances.values()}
    for check in checks:
        prefix = instance_of(check["address"]["to_display"])
        if prefix not in calls:
            continue
        objects: dict[str, list[Document]] = {}
        for item in check.get("instances") or ():
            objects.setdefault(instance_of(item["address"]["to_display"]), []).append(item)
        address = _rebased(check["address"], prefix)
        for member in calls[prefix].members:
            own = calls[prefix].address(member)
            mine = [_rebased(item, own) for item in objects.get(own, ())]
            status = _status(mine) if objects else check["status"]
            yield member.name, {"address": address, "status": status} | ({"instances": mine} if mine else {})


def _status(objects: list[Document]) -> str:
    found = {item["status"] for item in objects}
    return next((status for status in _STATUSES if status in found), "pass")


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


def _values(plans: dict[str, Document], instances: Instances, values: Mapping[str, Any] | None, key: str) -> None:
    for module in ((values or {}).get("root_module") or {}).get("child_modules") or ():
        if module["address"] in instances:
            call, member = instances[module["address"]]
            tree = _tree(module, module["address"], f"module.{call.name}")
            tree.pop("address", None)
            plans[member.name][key] = {"root_module": tree}


def _tree(module: Document, prefix: str, static: str) -> Document:
    """Return a tree of modules, as it is seen from one of them; dependencies are told without keys of instances."""
    result = dict(module)
    if "address" in result:
        result["address"] = _without(result["address"], prefix)
    if "resources" in result:
        result["resources"] = [_resource(resource, prefix, static) for resource in result["resources"]]
    if "child_modules" in result:
        # Terraform lists them in no particular order.
        children = sorted(result["child_modules"], key=lambda child: str(child["address"]))
        result["child_modules"] = [_tree(child, prefix, static) for child in children]
    return result


def _resource(resource: Document, prefix: str, static: str) -> Document:
    result = resource | {"address": _without(resource["address"], prefix)}
    if "depends_on" in result:
        result["depends_on"] = [_without(address, static) for address in result["depends_on"]]
    return result


def _output_change(raw: Mapping[str, Any], call: ModuleCall, member: Member) -> Document:
    """Return the change of an environment's outputs, all in one object."""
    change: Document = (raw.get("output_changes") or {}).get(call.name) or {}
    after, unknown = change.get("after") or {}, change.get("after_unknown") or {}
    if call.is_shared:
        after = after.get(member.name) or {}
        unknown = unknown.get(member.name, False) if isinstance(unknown, dict) else unknown
    return change | {"after": after, "after_unknown": unknown}


def _outputs(change: Document, configured: Mapping[str, Any]) -> tuple[Document, Document]:
    after, unknown = change["after"], change["after_unknown"]
    changes: Document = {}
    planned: Document = {}
    for output, settings in configured.items():
        sensitive = bool(settings.get("sensitive"))
        open_part = unknown is True or (isinstance(unknown, dict) and unknown.get(output, False))
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
