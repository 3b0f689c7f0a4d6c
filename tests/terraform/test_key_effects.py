"""Every key of a spec changes something: a plan, a document, or it stands in a table with its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from key_variants import CONTEXTS, FOLDER, NAME, Variant, base_of, checked, variants

from generator.model.documents.documentation import FREE, ITEM, documentation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generator.plans.planned import PlannedStack

    PlanFleet = Callable[[Mapping[str, str]], dict[str, PlannedStack]]

REASONS: Final[dict[str, Any]] = yaml.safe_load((FOLDER / "reasons.yaml").read_text())
# In these nothing but a person starts the build, whatever it says of its trigger.
STARTED_BY_NONE: Final = {"codecommit", "gitlab", "nosignin", "nosource", "otherserver", "s3source", "schedule"}


@cache
def all_of(context: str) -> tuple[Variant, ...]:
    return tuple(variants(context))


def excused(variant: Variant) -> bool:
    """Whether the table says why a variant changes no file."""
    for key, entry in REASONS["no-effect"].items():
        if fnmatchcase(variant.key, key.replace("[", "[[]")):
            contexts, without = entry.get("contexts"), entry.get("without")
            if without == "network":
                return "network" not in CONTEXTS[variant.context]["spec"]
            if without == "trigger":
                return variant.context in STARTED_BY_NONE or "pipeline" in CONTEXTS[variant.context]["spec"]
            if contexts is None or variant.context in contexts:
                return True
    return False


@pytest.mark.thorough
@pytest.mark.parametrize("context", CONTEXTS)
def test_a_key_that_is_changed_changes_a_file_or_has_its_reason(context: str) -> None:
    silent = [variant for variant in all_of(context) if variant.files == variant.before and not excused(variant)]
    assert [variant.name for variant in silent] == []


@pytest.mark.thorough
def test_every_key_of_the_model_is_varied_or_has_its_reason() -> None:
    varied = {variant.key for context in CONTEXTS for variant in all_of(context)}
    named = {entry.key for entry in documentation().values() if ITEM not in entry.path and entry.path[-1] != FREE}
    missing = {key for key in named - varied if not any(other.startswith(f"{key}.") for other in varied)}
    assert missing == set(REASONS["no-variant"])


@pytest.mark.thorough
def test_a_key_that_changes_no_terraform_is_said_in_a_document() -> None:
    found = [variant for context in CONTEXTS for variant in all_of(context) if variant.files != variant.before]
    of_documents = {variant.key for variant in found} - {variant.key for variant in found if variant.modules}
    assert of_documents == set(REASONS["documents"])


@pytest.mark.thorough
def test_every_reason_is_still_needed() -> None:
    silent = [v for context in CONTEXTS for v in all_of(context) if v.files == v.before]
    for key, entry in REASONS["no-effect"].items():
        found = {v.context for v in silent if fnmatchcase(v.key, key.replace("[", "[[]"))}
        assert set(entry.get("contexts", ())) <= found, key
        assert found, key


_MOST: Final = 100


def breadth(variant: Variant) -> int:
    return _MOST if "" in variant.modules else len(variant.modules)


def to_plan() -> list[Variant]:
    """Choose a variant of each key that changes Terraform: the one that touches the fewest modules, a value first."""
    chosen: dict[tuple[str, bool], Variant] = {}
    for context in CONTEXTS:
        for variant in all_of(context):
            best = chosen.get((variant.key, variant.is_removal))
            if variant.modules and (best is None or breadth(variant) < breadth(best)):
                chosen[variant.key, variant.is_removal] = variant
    # What takes a key away changes the plan where what gives it another value does, but for what has no other value.
    changed = {key for key, is_removal in chosen if not is_removal}
    return [variant for (key, is_removal), variant in chosen.items() if not is_removal or key not in changed]


@dataclass
class Shared:
    """An environment of several variants, because planning costs time: each is seen in what is its own.

    Attributes:
        context: of all of them.
        spec: with all of them.
        variants: each with its build, where it is a build beside the others, else with "".
        modules: that they touch.
    """

    context: str
    spec: dict[str, Any]
    variants: list[tuple[Variant, str]] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)

    def takes(self, variant: Variant) -> bool:
        """Take a variant in as a build of its own, or as a section of its own; False where neither is possible."""
        if variant.context != self.context:
            return False
        build = f"v{len(self.variants):03}" if as_build(variant) else ""
        own = (
            {**self.spec["builds"], build: variant.spec["builds"][variant.at[1]]}
            if build
            else variant.spec.get(variant.at[0])
        )
        joined = {key: value for key, value in self.spec.items() if key != variant.at[0]}
        joined |= {variant.at[0]: own} if own is not None else {}
        used = {each.at[0] for each, other in self.variants if not other}
        alone = not build and (
            variant.at[0] in used or variant.modules & self.modules or "" in variant.modules | self.modules
        )
        if (
            alone
            or (build and used)
            or (not build and any(other for _, other in self.variants))
            or checked(joined) is None
        ):
            return False
        self.spec = joined
        self.variants.append((variant, build))
        self.modules |= variant.modules
        return True


def as_build(variant: Variant) -> bool:
    """Whether a variant can be seen in a build beside others: it differs in one build, which is in no pipeline."""
    return variant.at[0] == "builds" and len(variant.at) > 2 and "pipeline" not in variant.spec  # a key of a build


def shared(found: Iterable[Variant]) -> list[Shared]:
    environments: list[Shared] = []
    for variant in found:
        if not any(environment.takes(variant) for environment in environments):
            fresh = Shared(variant.context, base_of(variant.context))
            if not fresh.takes(variant):
                fresh = Shared(variant.context, variant.spec, [(variant, "")], {""})
            environments.append(fresh)
    return environments


def planned(stack: PlannedStack, variant: Variant, name: str, build: str) -> dict[str, Any]:
    """Return what a plan says of the modules that a variant touches, or of its build alone.

    What is computed of a document is no news: it stands there too.
    """
    found = {}
    for address, resource in stack.resources.items():
        if (
            f'["{build}"' in address or f'["{build}/' in address
            if build
            else {"", address.split(".")[1]} & variant.modules
        ):
            values = {
                key: value for key, value in resource.values.items() if key not in {"id", "json", "minified_json"}
            }
            text = json.dumps([address, values]).replace(name, NAME).replace(build or NAME, NAME)
            found[text] = True
    return found


@pytest.mark.terraform
@pytest.mark.slow
def test_a_key_that_changes_terraform_changes_its_plan(planned_fleet: PlanFleet) -> None:
    environments = shared(to_plan())
    bases = {
        context: f"b{number:03}" for number, context in enumerate(dict.fromkeys(each.context for each in environments))
    }
    specs = {name: base_of(context) for context, name in bases.items()}
    specs |= {f"e{number:03}": each.spec for number, each in enumerate(environments)}
    plans = planned_fleet({name: json.dumps(spec) for name, spec in specs.items()})
    same = set()
    for number, each in enumerate(environments):
        for variant, build in each.variants:
            base = bases[each.context]
            before = planned(plans[base], variant, base, variant.at[1] if build else "")
            if before == planned(plans[f"e{number:03}"], variant, f"e{number:03}", build):
                same.add(variant.key)
    fitting = {key: {each for each in same if fnmatchcase(each, key.replace("[", "[[]"))} for key in REASONS["no-plan"]}
    assert same == set().union(*fitting.values())
    assert all(fitting.values()), "a reason that nothing needs"
