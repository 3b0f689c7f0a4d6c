"""Every part of the stack, in the order of the keys of a spec: the one list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.parts.access import part as access
from generator.parts.alarms import part as alarms
from generator.parts.artifacts import part as artifacts
from generator.parts.backend import part as backend
from generator.parts.budget import part as budget
from generator.parts.builds import part as builds
from generator.parts.connection import part as connection
from generator.parts.encryption import part as encryption
from generator.parts.logs import part as logs
from generator.parts.network import part as network
from generator.parts.notifications import part as notifications
from generator.parts.pipeline import part as pipeline
from generator.parts.registry import part as registry
from generator.parts.schedule import part as schedule
from generator.parts.state import part as state
from generator.parts.tracing import part as tracing
from generator.parts.trigger import part as trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.part import Part
    from generator.spec.model.environment import EnvironmentSpec

PARTS: Final[tuple[Part, ...]] = (
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
    state.PART,
    backend.PART,
)


def parts_of(spec: EnvironmentSpec) -> Iterator[Part]:
    """Yield the parts that an environment can have: those about builds, or those about states."""
    kind = "builds" if spec.backend is None else "backend"
    return (part for part in PARTS if kind in part.kinds)
