"""Reads back a whole environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.catalog import parts_of
from generator.readback.clients import Clients
from generator.readback.expectation import Expectation

if TYPE_CHECKING:
    from generator.model.loading.load import Environment
    from generator.readback.check import Check


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
    every = (check for part in parts_of(environment.spec) for check in part.read_back().checks)
    return [found for check in every for found in check(expected)]
