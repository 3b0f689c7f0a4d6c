"""Every part of the stack, in the order of the keys of a spec: the one list of them."""

from __future__ import annotations

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
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.part import Part

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
    credentials.PART,
    state.PART,
    backend.PART,
)


def parts_of(spec: EnvironmentSpec) -> Iterator[Part]:
    """Yield the parts that an environment can have: those about builds, or those about states."""
    kind = "builds" if spec.backend is None else "backend"
    return (part for part in PARTS if kind in part.kinds)
