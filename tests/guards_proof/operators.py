"""What weakens: operators over every attribute, block and resource, generated from the provider's schema.

Each yields a plan in which one resource of an applied environment changes. Whether the change does harm nobody says here:
the guards refuse it, or `reviewed.yaml` says in words why not.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from guards_proof import edits
from guards_proof.attributes import Attribute, attributes, block_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = dict[str, Any]

FOREIGN: Final = "999988887777"
# How a switch that is a word is turned off, or loosened.
_OFF: Final = {
    "Enabled": "Suspended",
    "ENABLED": "DISABLED",
    "enabled": "disabled",
    "IMMUTABLE": "MUTABLE",
    "PRIVATE": "PUBLIC_READ",
    "private": "public-read",
    "COMPLIANCE": "GOVERNANCE",
    "Active": "PassThrough",
    "BucketOwnerEnforced": "ObjectWriter",
    "aws:kms": "AES256",
    "KMS": "NONE",
    "ALL": "REJECT",
    "Disabled": "Enabled",
    "AWS": "*",
    "SECRETS_MANAGER": "PLAINTEXT",
    "PARAMETER_STORE": "PLAINTEXT",
    "NO_ARTIFACTS": "S3",
}
# What such an attribute would be given by who means harm.
_VALUES: Final = {
    "acl": "public-read",
    "image": "public.ecr.aws/other/image:1",
    "location": "other-place/path",
    "amount": "999999",
    "bucket": "other-bucket",
    "target_bucket": "other-bucket",
    "group_name": "other-group",
    "branch_filter": ".*",
    "certificate": "other-bucket/ca.pem",
    "endpoint": "https://elsewhere.example/",
    "event_bus_name": "other-bus",
}
_PUBLIC: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
# The attribute in which a resource names whose it is, or what it is called: another there is another resource.
_IDENTITIES: Final = frozenset(
    {
        *(
            "bucket",
            "name",
            "role",
            "user",
            "group",
            "dashboard_name",
            "alarm_name",
            "project_name",
            "repository",
            "queue_url",
        ),
        *("rule_name", "policy_arn", "secret_arn", "resource_arn", "topic_arn", "log_group_name", "file_system_id"),
        *("vpc_endpoint_id", "backup_vault_name", "group_name", "key_id", "arn"),
    }
)


_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {}, False, 0)


@dataclass(frozen=True)
class Case:
    """One change.

    Attributes:
        operator: `unknown`, `shorter` …
        type: of the resource.
        attribute: dotted path; "" for the resource as a whole.
        address: of the resource.
        before: its values.
        after: its values afterwards; None where it is gone.
        plan: plan JSON.
    """

    operator: str
    type: str
    attribute: str
    address: str
    before: Any
    after: Any
    plan: Document

    @property
    def title(self) -> str:
        """What is changed, and how."""
        return f"{self.type} {self.attribute or '(all of it)'} {self.operator}"


def all_cases(plans: Mapping[str, Document], schemas: Mapping[str, Any]) -> Iterator[tuple[str, Case]]:
    """Yield the changes of one resource at a time, with the name of its environment.

    Each attribute is changed where something is said of it, in the smallest environment that says it; else in the
    smallest that has the type.

    Args:
        plans: of applied environments, by name.
        schemas: by type.
    """
    by_type: dict[str, list[tuple[str, Document]]] = {}
    for name, plan in sorted(plans.items(), key=lambda each: len(each[1]["resource_changes"])):
        for entry in plan["resource_changes"]:
            by_type.setdefault(entry["type"], []).append((name, entry))
    for kind, found in sorted(by_type.items()):
        name, entry = found[0]
        yield from ((name, case) for case in _of_resource(plans[name], entry))
        for attribute in attributes(schemas[kind]):
            name, entry = next((each for each in found if attribute.value(_values(each)) not in _EMPTY), found[0])
            yield from ((name, case) for case in _of_attribute(plans[name], entry, attribute))
        for blocks, may_be_gone in block_paths(schemas[kind]):
            block = Attribute(blocks[:-1], blocks[-1], "block")
            name, entry = next((each for each in found if block.value(_values(each)) not in _EMPTY), found[0])
            yield from ((name, case) for case in _of_block(plans[name], entry, blocks, may_be_gone=may_be_gone))


def _values(found: tuple[str, Document]) -> Document:
    values: Document = found[1]["change"]["before"]
    return values


def _of_resource(plan: Document, entry: Document) -> Iterator[Case]:
    address, values = entry["address"], entry["change"]["before"]

    def case(operator: str, after: Any, changed: Document) -> Case:  # values or None
        return Case(operator, entry["type"], "", address, values, after, changed)

    yield case("deleted", None, edits.deleted(plan, address))
    yield case("forgotten", None, edits.deleted(plan, address, action="forget"))
    yield case("replaced", values, edits.changed(plan, address, values, actions=edits.REPLACE))


def _of_attribute(plan: Document, entry: Document, attribute: Attribute) -> Iterator[Case]:
    address, values = entry["address"], entry["change"]["before"]
    now = attribute.value(values)
    moves = not attribute.blocks and attribute.name in _IDENTITIES
    more: Any = {"actions": edits.REPLACE, "paths": [[attribute.name]]} if moves else {}
    for operator, value in _others(attribute, now):
        after = attribute.with_value(values, value)
        changed = edits.changed(plan, address, after, **more)
        yield Case("moved" if moves else operator, entry["type"], attribute.dotted, address, values, after, changed)
    after, unknown = attribute.unknown(values)
    changed = edits.changed(
        edits.configured(plan, entry, attribute.blocks, attribute.name), address, after, unknown=unknown, **more
    )
    yield Case("unknown", entry["type"], attribute.dotted, address, values, after, changed)


def _others(attribute: Attribute, now: Any) -> Iterator[tuple[str, Any]]:  # any JSON value
    match attribute.kind:
        case "bool":
            yield ("disabled", False) if now is True else ("enabled", True)
        case "number":
            number = now or 0
            yield "later", number * 3 + 1000
            if number:
                yield "shorter", 1 if number > 1 else 0
        case "string":
            yield "disabled" if now in _OFF else "other", _other(attribute.name, now)
        case "list" | "set":
            yield "wider", [*(now or []), _element(attribute.name, attribute.type[1])]
            if now:
                yield "shorter", now[1:]
        case "map":
            yield "wider", {**(now or {}), "more": "one"}
            if now:
                yield "shorter", dict(list(now.items())[1:])
    if attribute.may_be_nothing and now not in _EMPTY and attribute.kind != "bool":
        yield "emptied", [] if attribute.kind in {"list", "set"} else None


def _element(name: str, kind: Any) -> Any:  # of the schema, and any JSON value
    if isinstance(kind, list) and kind[0] == "object":
        return {each: _element(each, below) for each, below in kind[1].items()}
    if isinstance(kind, list):
        return [_element(name, kind[1])] if kind[0] != "map" else {"more": "one"}
    return {"bool": True, "number": 0}.get(kind, _other(name, None))


def _other(name: str, now: Any) -> str:  # noqa: PLR0911  # a table whose keys are patterns
    """Return another value that such an attribute can have: of another account, or open to everybody."""
    if now in _OFF:
        return _OFF[now]
    text = now if isinstance(now, str) else ""
    if '"Statement"' in text or name in {"policy", "assume_role_policy", "policy_document", "resource_policy"}:
        return _PUBLIC
    if text.startswith("arn:"):
        parts = text.split(":", 5)
        return ":".join([*parts[:4], FOREIGN, parts[5] if parts[5:] else "x"])
    if name in _VALUES:
        return _VALUES[name]
    if name.endswith(("arn", "arns", "role")):
        return f"arn:aws:iam::{FOREIGN}:role/other"
    if name.endswith(("date", "_start", "_end")):
        return "2020-01-01T00:00:00Z"
    if text.replace(".", "").isdigit():
        return "999999"
    if "cidr" in name:
        return "0.0.0.0/0"
    return f"{text}-other" if text else "other"


def _of_block(plan: Document, entry: Document, blocks: tuple[str, ...], *, may_be_gone: bool) -> Iterator[Case]:
    address, values = entry["address"], entry["change"]["before"]
    after = copy.deepcopy(values)
    around: Any = after
    for name in blocks[:-1]:
        around = around.get(name) or None
        around = around[0] if isinstance(around, list) else around
        if not isinstance(around, dict):
            return
    now = around.get(blocks[-1])
    if not now or not isinstance(now, list):
        return
    around[blocks[-1]] = []
    dotted = f"{'.'.join(blocks)}.*"
    if may_be_gone:
        gone = copy.deepcopy(after)
        yield Case("block gone", entry["type"], dotted, address, values, gone, edits.changed(plan, address, gone))
    around[blocks[-1]] = None
    shape: Any = True
    for name in reversed(blocks):
        shape = {name: shape} if name == blocks[-1] and shape is True else {name: [shape]}
    wholly = {key: value for key, value in after.items() if len(blocks) > 1 or key != blocks[0]}
    changed = edits.changed(edits.configured(plan, entry, blocks, ""), address, wholly, unknown=shape)
    yield Case("block unknown", entry["type"], dotted, address, values, wholly, changed)
