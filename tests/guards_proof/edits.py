"""Plans of one change to an applied environment, written from the plan in which nothing is to be done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Document = dict[str, Any]

_MODULES = re.compile(r'\["[^"]*"\]|\[\d+\]')
UPDATE = ("update",)
REPLACE = ("delete", "create")


def entry_at(plan: Mapping[str, Any], address: str) -> Document:
    """Return the change of the resource at `address`."""
    return next(entry for entry in plan["resource_changes"] if entry["address"] == address)


def changed(  # noqa: PLR0913  # what becomes of a resource, each with its name at the call
    plan: Document,
    address: str,
    after: Document,
    *,
    unknown: Mapping[str, Any] | None = None,
    actions: Sequence[str] = UPDATE,
    paths: Sequence[Sequence[str | int]] = (),
) -> Document:
    """Let a plan change one resource.

    Args:
        plan: in which nothing is to be done.
        address: of the resource.
        after: its values afterwards, without those that are unknown.
        unknown: shape of what is known after apply only.
        actions: what terraform would do.
        paths: what forces a replacement.
    """
    entry = entry_at(plan, address)
    change = entry["change"] | {"actions": list(actions), "after": after, "after_unknown": dict(unknown or {})}
    if paths:
        change["replace_paths"] = [list(path) for path in paths]
    return _with(plan, [entry | {"change": change}])


def configured(plan: Document, entry: Document, blocks: Sequence[str], name: str) -> Document:
    """Let the configuration of a plan say an attribute by what is known after apply only.

    Args:
        plan: the plan.
        entry: of the resource, in `resource_changes`.
        blocks: around the attribute.
        name: of the attribute; "" for all of the innermost block.
    """
    later: Any = {"references": ["terraform_data.later.output", "terraform_data.later"]}
    for part in reversed([*blocks, *filter(None, [name])]):
        later = {part: later if part == name or "references" in later else [later]}
    root = plan["configuration"]["root_module"]
    said = _said(root, _MODULES.sub("", entry.get("module_address", "")).split(".")[1::2], entry, later)
    return plan | {"configuration": plan["configuration"] | {"root_module": said}}


def _said(module: Document, path: Sequence[str], entry: Document, later: Document) -> Document:
    if path:
        call = module["module_calls"][path[0]]
        inner = call | {"module": _said(call["module"], path[1:], entry, later)}
        return module | {"module_calls": module["module_calls"] | {path[0]: inner}}
    return module | {
        "resources": [
            each | {"expressions": (each.get("expressions") or {}) | later}
            if (each["type"], each["name"]) == (entry["type"], entry["name"])
            else each
            for each in module.get("resources") or ()
        ]
    }


def deleted(plan: Document, *addresses: str, action: str = "delete") -> Document:
    """Let a plan delete resources, or forget them."""
    gone = []
    for address in addresses:
        entry = entry_at(plan, address)
        change = entry["change"] | {"actions": [action], "after": None, "after_sensitive": False}
        reason = {"action_reason": "delete_because_no_resource_config"} if action == "delete" else {}
        gone.append(entry | {"change": change} | reason)
    return _with(plan, gone)


def created(plan: Document, *entries: Document) -> Document:
    """Let a plan make resources besides."""
    return plan | {"resource_changes": [*plan["resource_changes"], *entries]}


def resource(address: str, after: Document, *, unknown: Mapping[str, Any] | None = None) -> Document:
    """Write the change that makes a resource.

    Args:
        address: in the root, or in a module.
        after: its values, without those that are unknown.
        unknown: shape of what is known after apply only.
    """
    module, _, own = address.rpartition("module.")
    inside = f"{module}module.{own.split('.')[0]}" if _ else ""
    kind, name = (own.split(".", 1)[1] if inside else address).split("[")[0].split(".")
    change = {
        "actions": ["create"],
        "before": None,
        "after": after,
        "after_unknown": dict(unknown or {}),
        "before_sensitive": False,
        "after_sensitive": {},
    }
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": change,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        **({"module_address": inside} if inside else {}),
    }


def settled_resource(address: str, values: Document) -> Document:
    """Write a resource that exists, and to which nothing happens."""
    made = resource(address, values)
    return made | {"change": made["change"] | {"actions": ["no-op"], "before": values}}


def _with(plan: Document, entries: Sequence[Document]) -> Document:
    by_address = {entry["address"]: entry for entry in entries}
    return plan | {"resource_changes": [by_address.get(entry["address"], entry) for entry in plan["resource_changes"]]}
