"""Every part of the stack, in the order of the keys of a spec: ours are listed here; a workspace can add its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.parts import (
    access,
    alarms,
    artifacts,
    backend,
    budget,
    builds,
    connection,
    credentials,
    encryption,
    logs,
    network,
    notifications,
    pipeline,
    registry,
    schedule,
    state,
    tracing,
    trigger,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.adoption.importable import Imports
    from generator.model.environment import EnvironmentSpec
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.moves import Keyed
    from generator.parts.framework.part import Derivation, Part, Rule, TerraformModule
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, eq=False)
class Catalog:
    """The parts that a workspace can use, and what they come to together.

    Attributes:
        parts: in the order of the keys of a spec.
    """

    parts: tuple[Part, ...]

    def parts_of(self, spec: EnvironmentSpec) -> Iterator[Part]:
        """Yield the parts that an environment can have: those about builds, or those about states."""
        kind = "builds" if spec.backend is None else "backend"
        return (part for part in self.parts if kind in part.kinds)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of all parts."""
        return tuple(rule for part in self.parts for rule in part.rules())

    @cached_property
    def derivations(self) -> Mapping[str, Derivation]:
        """What each part comes to, by its name."""
        return {part.name: part.derivation() for part in self.parts}

    @cached_property
    def modules(self) -> Mapping[str, TerraformModule]:
        """Each module that some environment can have, by its name."""
        return {name: module for each in self.derivations.values() for name, module in each.modules.items()}

    @cached_property
    def keyed(self) -> Mapping[str, Sequence[Keyed]]:
        """By module, the resources whose instances are keyed by what a spec names."""
        return {name: keyed for each in self.derivations.values() for name, keyed in each.keyed.items()}

    @cached_property
    def imports(self) -> Imports:
        """By type of resource, how one that exists is taken over, or why none is looked for."""
        from generator.adoption.table import SHARED  # noqa: PLC0415  # only for what adopts something

        return {**SHARED, **{kind: row for part in self.parts for kind, row in part.imports().items()}}

    @cached_property
    def facts(self) -> Mapping[str, Callable[[Scope, Contribution], object]]:
        """Other entries of the root templates' context, by their names."""
        return {name: fact for each in self.derivations.values() for name, fact in each.facts.items()}


OURS: Final = Catalog(
    (
        builds.PART,
        connection.PART,
        artifacts.PART,
        encryption.PART,
        network.PART,
        registry.PART,
        logs.PART,
        access.PART,
        notifications.PART,
        alarms.PART,
        budget.PART,
        tracing.PART,
        pipeline.PART,
        trigger.PART,
        schedule.PART,
        credentials.PART,
        state.PART,
        backend.PART,
    )
)
PARTS: Final = OURS.parts


def catalog_of(spec: EnvironmentSpec) -> Catalog:
    """Return the catalog that a spec was checked against."""
    return type(spec).catalog


def parts_of(spec: EnvironmentSpec) -> Iterator[Part]:
    """Yield the parts that an environment can have: those about builds, or those about states."""
    return catalog_of(spec).parts_of(spec)
