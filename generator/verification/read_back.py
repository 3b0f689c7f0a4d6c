"""Reads back a whole environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.parts.access import readback as iam
from generator.parts.alarms import readback as alarms
from generator.parts.artifacts import access_logs_readback as access_logs
from generator.parts.artifacts import readback as s3
from generator.parts.backend import readback as backend
from generator.parts.budget import readback as budget
from generator.parts.builds import readback as codebuild
from generator.parts.connection import readback as connection
from generator.parts.encryption import readback as kms
from generator.parts.logs import readback as logs
from generator.parts.network import readback as network
from generator.parts.network import vpc_readback as vpc
from generator.parts.notifications import events_readback as events
from generator.parts.notifications import readback as notifications
from generator.parts.pipeline import readback as pipeline
from generator.parts.registry import readback as registry
from generator.parts.schedule import readback as scheduler
from generator.parts.tracing import readback as tracing
from generator.parts.trigger import readback as webhooks
from generator.verification.clients import Clients
from generator.verification.expectation import Expectation

if TYPE_CHECKING:
    from generator.spec.environment import Environment
    from generator.verification.check import Check

_OF_BACKEND: Final = (kms, backend)
_OF_BUILDS: Final = (
    *(kms, s3, access_logs, logs, connection, iam, codebuild, network, vpc, registry, webhooks, scheduler, pipeline),
    *(notifications, events, alarms, budget, tracing),
)


def read_back(endpoint: str | None, environment: Environment) -> list[Check]:
    """Compare every resource of an applied environment with its spec.

    Args:
        endpoint: address of the sandbox; None asks AWS itself, with the credentials that boto3 finds.
        environment: what should exist.

    Returns:
        Every comparison that was made, whether or not it holds; never empty.

    Raises:
        SandboxError: boto3 is missing, nothing answers, or a call fails.
    """
    clients = Clients(environment.spec.region, environment.spec.account, endpoint)
    expected = Expectation.of(environment, clients)
    services = _OF_BUILDS if environment.spec.backend is None else _OF_BACKEND
    return [check for service in services for check in service.checks(expected)]
