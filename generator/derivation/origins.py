"""Where each value that a template can print comes from."""

from __future__ import annotations

from typing import Final

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
