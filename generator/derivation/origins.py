"""Where each value that a template can print comes from."""

from __future__ import annotations

from typing import Final

from generator.derivation import (
    access,
    alarms,
    artifacts,
    backend,
    budget,
    builds,
    connection,
    egress,
    encryption,
    facts,
    logs,
    network,
    notifications,
    pipeline,
    registry,
    schedule,
    tracing,
    trigger,
    vpc,
)

# Dotted context path -> dotted spec keys; `*` stands for any key or index. Paths below `shapes` say which part of a
# module is there. A test proves that it is complete.
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    **facts.ORIGINS,
    **encryption.ORIGINS,
    **backend.ORIGINS,
    **artifacts.ORIGINS,
    **logs.ORIGINS,
    **connection.ORIGINS,
    **network.ORIGINS,
    **vpc.ORIGINS,
    **egress.ORIGINS,
    **registry.ORIGINS,
    **access.ORIGINS,
    **builds.ORIGINS,
    **notifications.ORIGINS,
    **alarms.ORIGINS,
    **budget.ORIGINS,
    **tracing.ORIGINS,
    **trigger.ORIGINS,
    **schedule.ORIGINS,
    **pipeline.ORIGINS,
}
