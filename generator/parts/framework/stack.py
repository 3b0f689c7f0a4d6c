"""Derive everything that the templates print from one environment's spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.parts.catalog import OURS, Catalog, catalog_of, parts_of
from generator.parts.framework import facts
from generator.parts.framework.contribution import total
from generator.parts.framework.moves import moves
from generator.parts.framework.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.loading.load import Environment
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.existing import Existing
    from generator.parts.framework.part import Derivation


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
        catalog: the parts that it was derived by.
    """

    environment: str
    root: Mapping[str, object]
    shapes: Mapping[str, object]
    catalog: Catalog = OURS


def derive(environment: Environment) -> Stack:
    """Derive names, ARNs, tags and module arguments from `environment`."""
    scope = Scope.of(environment.name, environment.spec)
    spec, names, asked = scope.spec, scope.names, contributions(scope)
    catalog = catalog_of(spec)
    chosen = {name for derivation in _derivations(scope) for name in derivation.modules}
    modules = {name: each.derive(scope, asked) if name in chosen else None for name, each in catalog.modules.items()}
    shapes = {name: module.shape for name, module in modules.items() if module}
    root: dict[str, object] = {
        "environment": facts.environment(spec, names),
        "accepted": facts.accepted(spec),
        "state": facts.state(spec, names),
        "source": facts.source(spec) if spec.backend is None else None,
        "outputs": _outputs(scope),
        "existing": existing(scope, asked),
        "runbook": Runbook(_sections(scope, "first_deployment"), _sections(scope, "every_day")),
        "imports": facts.imports(spec),
        "moves": moves(spec, catalog.keyed, shapes),
        **{name: fact(scope, asked) for name, fact in catalog.facts.items()},
        **{name: module.arguments if module else None for name, module in modules.items()},
    }
    return Stack(environment.name, root, shapes, catalog)


def contributions(scope: Scope) -> Contribution:
    """Return what the parts of an environment ask of each other, added up."""
    return total(derivation.contributes(scope) for derivation in _derivations(scope))


def _derivations(scope: Scope) -> Iterator[Derivation]:
    known = catalog_of(scope.spec).derivations
    return (known[part.name] for part in parts_of(scope.spec))


def existing(scope: Scope, asked: Contribution) -> list[Existing]:
    """Return what an environment uses that exists."""
    return [each for derivation in _derivations(scope) for each in derivation.existing(scope, asked)]


def _outputs(scope: Scope) -> dict[str, str]:
    """Return the fragment of each output of the root module, sorted by the output's name."""
    found = {
        name: f"{_root(derivation)}/_output_{name}.tf.j2"
        for derivation in _derivations(scope)
        for name, output in derivation.outputs.items()
        if output.exists(scope)
    }
    return dict(sorted(found.items()))


def _sections(scope: Scope, chapter: str) -> dict[str, str]:
    """Return the fragments of a chapter of the runbook by part, in their order."""
    known = catalog_of(scope.spec).derivations
    found = [
        (section.place, part.name, f"{_root(known[part.name])}/_{chapter}.md.j2")
        for part in parts_of(scope.spec)
        for section in known[part.name].runbook
        if section.chapter == chapter
    ]
    return {name: template for _, name, template in sorted(found)}


def _root(derivation: Derivation) -> str:
    """Return the folder of what a part adds to the root module."""
    return f"modules/{next(iter(derivation.modules))}/root"
