"""Derive everything that the templates print from one environment's spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts import facts
from generator.parts.catalog import PARTS, parts_of
from generator.parts.contribution import total
from generator.parts.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model.loading.load import Environment
    from generator.parts.contribution import Contribution
    from generator.parts.existing import Existing
    from generator.parts.part import Derivation, TerraformModule

_DERIVATIONS: Final = {part.name: part.derivation() for part in PARTS}
# Each module that some environment can have.
MODULES: Final[Mapping[str, TerraformModule]] = {
    name: module for derivation in _DERIVATIONS.values() for name, module in derivation.modules.items()
}
FACTS: Final = {name: fact for derivation in _DERIVATIONS.values() for name, fact in derivation.facts.items()}


@dataclass(frozen=True, slots=True)
class Runbook:
    """What parts add to the chapters of the runbook: their fragments, by part."""

    first_deployment: dict[str, str]
    every_day: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stack:
    """All that rendering needs to know of one environment.

    Attributes:
        environment: its name.
        root: context of the root templates: `environment`, `state`, `source` (None without builds) and one entry a
            module (None where it is off).
        shapes: shape of each module that exists, by name.
    """

    environment: str
    root: Mapping[str, object]
    shapes: Mapping[str, object]


def derive(environment: Environment) -> Stack:
    """Derive names, ARNs, tags and module arguments from `environment`."""
    scope = Scope.of(environment.name, environment.spec)
    spec, names, asked = scope.spec, scope.names, contributions(scope)
    chosen = {name for part in parts_of(spec) for name in _DERIVATIONS[part.name].modules}
    modules = {name: each.derive(scope, asked) if name in chosen else None for name, each in MODULES.items()}
    root: dict[str, object] = {
        "environment": facts.environment(spec, names),
        "state": facts.state(spec, names),
        "source": facts.source(spec) if spec.backend is None else None,
        "outputs": _outputs(scope),
        "existing": existing(scope, asked),
        "runbook": Runbook(_sections(scope, "first_deployment"), _sections(scope, "every_day")),
        **{name: fact(scope, asked) for name, fact in FACTS.items()},
        **{name: module.arguments if module else None for name, module in modules.items()},
    }
    return Stack(environment.name, root, {name: module.shape for name, module in modules.items() if module})


def contributions(scope: Scope) -> Contribution:
    """Return what the parts of an environment ask of each other, added up."""
    return total(_DERIVATIONS[part.name].contributes(scope) for part in parts_of(scope.spec))


def existing(scope: Scope, asked: Contribution) -> list[Existing]:
    """Return what an environment uses that exists."""
    return [each for part in parts_of(scope.spec) for each in _DERIVATIONS[part.name].existing(scope, asked)]


def _outputs(scope: Scope) -> dict[str, str]:
    """Return the fragment of each output of the root module, sorted by the output's name."""
    found = {
        name: f"{_root(derivation)}/_output_{name}.tf.j2"
        for derivation in (_DERIVATIONS[part.name] for part in parts_of(scope.spec))
        for name, output in derivation.outputs.items()
        if output.exists(scope)
    }
    return dict(sorted(found.items()))


def _sections(scope: Scope, chapter: str) -> dict[str, str]:
    """Return the fragments of a chapter of the runbook by part, in their order."""
    found = [
        (section.place, part.name, f"{_root(_DERIVATIONS[part.name])}/_{chapter}.md.j2")
        for part in parts_of(scope.spec)
        for section in _DERIVATIONS[part.name].runbook
        if section.chapter == chapter
    ]
    return {name: template for _, name, template in sorted(found)}


def _root(derivation: Derivation) -> str:
    """Return the folder of what a part adds to the root module."""
    return f"modules/{next(iter(derivation.modules))}/root"
