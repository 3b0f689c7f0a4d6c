"""Derive everything that the templates print from one environment's spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation import facts
from generator.parts.access import module as access
from generator.parts.alarms import module as alarms
from generator.parts.artifacts import module as artifacts
from generator.parts.backend import module as backend
from generator.parts.budget import module as budget
from generator.parts.builds import module as builds
from generator.parts.connection import module as connection
from generator.parts.encryption import module as encryption
from generator.parts.logs import module as logs
from generator.parts.network import egress, vpc
from generator.parts.network import placement as network
from generator.parts.notifications import module as notifications
from generator.parts.pipeline import module as pipeline
from generator.parts.registry import module as registry
from generator.parts.schedule import module as schedule
from generator.parts.tracing import module as tracing
from generator.parts.trigger import module as trigger
from generator.spec.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.derivation.module import Module
    from generator.spec.environment import Environment
    from generator.spec.model.environment import EnvironmentSpec

# Each module, in the order in which the data flows; None where the environment has none.
MODULES: Final[Mapping[str, Callable[[EnvironmentSpec, Names], Module | None]]] = {
    "encryption": encryption.encryption,
    "backend": backend.backend,
    "artifacts": artifacts.artifacts,
    "logs": logs.logs,
    "connection": connection.connection,
    "vpc": vpc.vpc,
    "egress": egress.egress,
    "registry": registry.registry,
    "access": access.access,
    "builds": builds.builds,
    "notifications": notifications.notifications,
    "alarms": alarms.alarms,
    "budget": budget.budget,
    "tracing": tracing.tracing,
    "trigger": trigger.trigger,
    "schedule": schedule.schedule,
    "pipeline": pipeline.pipeline,
}
# What an environment has that keeps states; all others are about builds.
_OF_BACKEND: Final = ("encryption", "backend")


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
    spec, names = environment.spec, Names.of(environment.name, environment.spec)
    chosen = MODULES if spec.backend is None else _OF_BACKEND
    modules = {name: module(spec, names) if name in chosen else None for name, module in MODULES.items()}
    root: dict[str, object] = {
        "environment": facts.environment(spec, names),
        "state": facts.state(spec, names),
        "source": facts.source(spec) if spec.backend is None else None,
        "network": network.network(spec, names),
        **{name: module.arguments if module else None for name, module in modules.items()},
    }
    return Stack(environment.name, root, {name: module.shape for name, module in modules.items() if module})
