"""Applied environments, and changes of their specs, as plan JSON: made once by two or three runs of terraform, then kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.fleet.member import Member, member_of
from generator.fleet.plan import plan_fleet
from generator.language.nodes import plain
from generator.model.loading.load import load_environments
from generator.parts.framework.stack import derive
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.terraform.process.run_lock import held
from generator.terraform.tools.programs import find_tools
from generator.workspace import Workspace
from guards_proof.identities import filled
from guards_proof.stateful import StatefulSlot
from guards_proof.variants import BASES, VARIANTS, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = dict[str, Any]

REPOSITORY: Final = Path(__file__).parents[2]
_ROUNDS: Final = 3
# What the kept plans are made by, besides the specs.
_MAKERS: Final = ("applied", "identities", "stateful")


@dataclass(frozen=True)
class Applied:
    """What terraform says of environments that are applied.

    Attributes:
        plans: plan JSON by environment; nothing is to be done.
        changes: plan JSON by variant of a spec, see `variants`.
        schemas: the provider's schema by type of resource.
    """

    plans: dict[str, Document]
    changes: dict[str, Document]
    schemas: dict[str, Document]


def applied(types: frozenset[str]) -> Applied:
    """Return the applied environments, and the schema of `types`.

    Args:
        types: of resources that no environment has.
    """
    tools = find_tools()
    folder = Workspace.find(REPOSITORY).scratch / "proof"
    bases, variants = members(folder)
    texts = [member.digest for member in (*bases.values(), *variants.values())]
    own = [path.read_text() for path in sorted(Path(__file__).parent.glob("*.py")) if path.stem in _MAKERS]
    digest = hashlib.sha256(json.dumps([tools.identity, sorted(types), texts, own]).encode()).hexdigest()[:16]
    kept = folder / f"{digest}.json"
    with held(folder / "lock", purpose="planning for the proof of the guards", patience=600):
        if not kept.is_file():
            made = _made(folder, bases, variants, types)
            for old in folder.glob("*.json"):
                old.unlink()
            kept.write_text(json.dumps(made))
    return Applied(**json.loads(kept.read_text()))


def folder_of(name: str) -> Path:
    """Return the folder with the rendered modules of a base or a variant, and the texts of its spec."""
    return Workspace.find(REPOSITORY).scratch / "proof" / "specs" / name


def members(folder: Path) -> tuple[dict[str, Member], dict[str, Member]]:
    """Render all bases and all variants.

    Args:
        folder: for their workspaces.

    Returns:
        Both as members of a fleet, by their names.
    """
    engine = TemplateEngine(Workspace.find(REPOSITORY).template_folders, cache=folder / "templates")
    bases = {name: _member(folder, engine, name, name, spec_of(name)) for name in BASES}
    variants = {
        name: _member(folder, engine, name, variant.base, spec_of(variant.base, variant.overlay))
        for name, variant in VARIANTS.items()
    }
    return bases, variants


def _member(folder: Path, engine: TemplateEngine, name: str, environment: str, spec: str) -> Member:
    specs = folder / "specs" / name / "environments"
    specs.mkdir(parents=True, exist_ok=True)
    (specs / f"{environment}.yaml").write_text(spec)
    workspace = Workspace.find(specs.parent)
    (found,) = load_environments(workspace, [environment])
    # Another name would be another environment: only the fleet knows a variant by its own.
    files = render_stack(engine, derive(found))
    for path, text in files.items():
        (specs.parent / "rendered" / path).parent.mkdir(parents=True, exist_ok=True)
        (specs.parent / "rendered" / path).write_text(text)
    (specs.parent / "texts.json").write_text(json.dumps(sorted(_texts(plain(found.merged)))))
    return member_of(workspace, name, account=found.spec.account, region=found.spec.region, files=files)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _made(folder: Path, bases: dict[str, Member], variants: dict[str, Member], types: frozenset[str]) -> Document:
    slot = StatefulSlot(folder / "slot")
    workspace = Workspace.find(REPOSITORY)
    planned = plan_fleet(workspace, list(bases.values()))
    assert not planned.failures, planned.failures
    plans: dict[str, Document] = {name: dict(plan.raw) for name, plan in planned.plans.items()}
    schemas = slot.schemas(list(bases.values()), types | {kind for plan in plans.values() for kind in _types(plan)})
    # Names that AWS gives are taken over by others, and what is replaced for that gets them anew.
    pending = list(bases.values())
    for _ in range(_ROUNDS):
        found = slot.plan_over(pending, plans, schemas)
        plans |= {name: settled(plan, bases[name], schemas) for name, plan in found.items()}
        pending = [bases[name] for name, plan in found.items() if _replaces(plan)]
        if not pending:
            break
    states = {name: plans[VARIANTS[name].base] for name in variants}
    changes = slot.plan_over(list(variants.values()), states, schemas)
    schemas |= slot.schemas(list(bases.values()), {kind for plan in changes.values() for kind in _types(plan)})
    return {"plans": plans, "changes": changes, "schemas": schemas}


def _replaces(plan: Document) -> bool:
    return any(len(entry["change"]["actions"]) > 1 for entry in plan["resource_changes"])


def _types(plan: Document) -> set[str]:
    return {entry["type"] for entry in plan["resource_changes"] if entry["mode"] == "managed"}


def settled(plan: Document, member: Member, schemas: Document) -> Document:
    """Return the plan that terraform would make once `plan` is applied: nothing is to be done."""
    entries = [
        entry | {"change": _nothing(entry, filled(entry, member, schemas[entry["type"]]))}
        for entry in plan["resource_changes"]
        if entry["mode"] == "managed" and entry["change"]["after"] is not None
    ]
    values = {entry["address"]: entry["change"]["after"] for entry in entries}
    frame = {"format_version": "1.0", "terraform_version": plan["terraform_version"]}
    tree = _with_values(plan["planned_values"]["root_module"], values)
    planned = {"outputs": plan["planned_values"].get("outputs") or {}, "root_module": tree}
    return plan | {
        "resource_changes": entries,
        "planned_values": planned,
        "prior_state": {**frame, "values": planned},
    }


def _nothing(entry: Document, values: Document) -> Document:
    sensitive = entry["change"].get("after_sensitive") or {}
    return {
        "actions": ["no-op"],
        "before": values,
        "after": values,
        "after_unknown": {},
        "before_sensitive": sensitive,
        "after_sensitive": sensitive,
    }


def _with_values(module: Document, values: Mapping[str, Document]) -> Document:
    return module | {
        "resources": [
            each | {"values": values[each["address"]]}
            for each in module.get("resources") or ()
            if each["address"] in values
        ],
        "child_modules": [_with_values(child, values) for child in module.get("child_modules") or ()],
    }
