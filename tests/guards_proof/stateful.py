"""Plans of many environments over a state that no apply has made: the real terraform and provider, and no server.

The state is written from the plan that makes an environment. What only AWS would know (an ARN, an ID) gets a name that
AWS could have given; a first plan over that state then says what follows from those names elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from generator.fleet.batch import Slot
from generator.fleet.calls import calls_of
from generator.fleet.root import write_root
from generator.terraform.provider_schema.cache import schema_in_use
from generator.terraform.provider_schema.selection import for_texts
from generator.terraform.provider_schema.server import standing_in
from generator.terraform.tools.programs import find_tools
from guards_proof.identities import filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.fleet.member import Member
    from generator.terraform.adapter import Terraform

    Document = dict[str, Any]

_STATE = "fleet.tfstate"
# Terraform's own resource, of no provider: it does nothing but cause others to be replaced.
BUILT_IN = "terraform_data"
_BUILT_IN: dict[str, Any] = {
    "block": {
        "attributes": {
            "id": {"type": "string", "computed": True},
            "input": {"type": "dynamic", "optional": True},
            "output": {"type": "dynamic", "computed": True},
            "triggers_replace": {"type": "dynamic", "optional": True},
        }
    }
}


class StatefulSlot(Slot):
    """A scratch root whose batch has been applied already, as far as terraform can tell."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, find_tools(), os.environ)

    def plan_over(
        self, members: Sequence[Member], states: Mapping[str, Document], schemas: Document
    ) -> dict[str, Document]:
        """Plan environments over others, which count as applied.

        Args:
            members: the environments.
            states: plan JSON of what is applied, by name of the member.
            schemas: of the provider, by type of resource.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        applied = [(member, states[member.name]) for member in members]
        (self.folder / _STATE).write_text(json.dumps(_state(applied, schemas)))
        return {name: dict(plan) for name, plan in self.plan(members, shared=False).plans.items()}

    def schemas(self, members: Sequence[Member], types: Iterable[str]) -> Document:
        """Return the provider's schema of resource types, as `terraform providers schema -json` prints it.

        Args:
            members: what the root is initialised for.
            types: of resources.
        """
        calls = calls_of(members, shared=False)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_root(self._root, calls, self.folder / _STATE)
        self._prepare(self._terraform(members), members, calls)
        environment = {**os.environ, "TF_DATA_DIR": str(self._data)}
        schema = schema_in_use(self._root, environment)
        assert schema is not None
        message = schema.message.result()
        assert message is not None
        with standing_in(schema.address, for_texts(message, [" ".join(types).encode()])) as variables:
            printed = subprocess.run(
                ["terraform", "providers", "schema", "-json"],
                cwd=self._root,
                env={**environment, **variables},
                capture_output=True,
                check=True,
            ).stdout
        found: Document = json.loads(printed)["provider_schemas"][schema.address]["resource_schemas"]
        return found | {BUILT_IN: _BUILT_IN}

    def _terraform(self, members: Sequence[Member]) -> Terraform:
        made = super()._terraform(members)
        # There is nobody to ask whether it is still there.
        made._environment["TF_CLI_ARGS_plan"] = "-refresh=false"
        return made


def _state(plans: Iterable[tuple[Member, Document]], schemas: Document) -> Document:
    resources: dict[tuple[str, str, str], Document] = {}
    for member, plan in plans:
        versions = dict(_versions(plan["planned_values"]["root_module"]))
        for entry in plan["resource_changes"]:
            if entry["mode"] != "managed" or entry["change"]["after"] is None:
                continue
            module = ".".join(filter(None, (f"module.{member.call}", entry.get("module_address", ""))))
            made = resources.setdefault(
                (module, entry["type"], entry["name"]),
                {
                    **{key: entry[key] for key in ("mode", "type", "name")},
                    "module": module,
                    "provider": f'provider["{entry["provider_name"]}"]' + _alias(entry, member),
                    "instances": [],
                },
            )
            index = {"index_key": entry["index"]} if "index" in entry else {}
            made["instances"].append(
                {
                    "schema_version": versions[entry["address"]],
                    "attributes": _attributes(entry, member, schemas),
                    **index,
                }
            )
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "made-for-a-test",
        "outputs": {},
        "resources": list(resources.values()),
    }


def _versions(module: Document) -> Iterator[tuple[str, int]]:
    yield from ((each["address"], each["schema_version"]) for each in module.get("resources") or ())
    for child in module.get("child_modules") or ():
        yield from _versions(child)


def _alias(entry: Document, member: Member) -> str:
    return f".{member.provider}" if entry["type"].startswith("aws_") else ""


def _attributes(entry: Document, member: Member, schemas: Document) -> Document:
    values = filled(entry, member, schemas[entry["type"]])
    if entry["type"] != BUILT_IN:
        return values
    # What may be of any type is kept along with its type.
    return {
        key: value if value is None or key == "id" else {"value": value, "type": _type(value)}
        for key, value in values.items()
    }


def _type(value: Any) -> Any:  # any JSON value; a type as Terraform writes it
    if isinstance(value, dict):
        return ["object", {key: _type(item) for key, item in value.items()}]
    if isinstance(value, list):
        return ["tuple", [_type(item) for item in value]]
    return "bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
