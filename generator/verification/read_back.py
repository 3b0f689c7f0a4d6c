"""Reads back a whole environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.verification import (
    access_logs,
    alarms,
    backend,
    budget,
    codebuild,
    connection,
    events,
    iam,
    kms,
    logs,
    network,
    notifications,
    pipeline,
    registry,
    s3,
    scheduler,
    tracing,
    vpc,
    webhooks,
)
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
