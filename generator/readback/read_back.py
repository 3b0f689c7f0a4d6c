"""Reads back a whole environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.catalog import parts_of
from generator.parts.credentials.derivation import credentials_of
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
    spec = environment.spec
    clients = Clients(spec.region, spec.account, endpoint, credentials_of(environment.name, spec))
    expected = Expectation.of(environment, clients)
    every = (check for part in parts_of(environment.spec) for check in part.read_back().checks)
    return [found for check in every for found in check(expected)]
