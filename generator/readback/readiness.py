"""Whether a stack is ready to build: all that its parts wait for, and Terraform does not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.catalog import parts_of
from generator.parts.credentials.derivation import credentials_of
from generator.readback.clients import Clients
from generator.readback.existing import existing_needs
from generator.readback.expectation import Expectation

if TYPE_CHECKING:
    from generator.model.loading.load import Environment
    from generator.readback.need import Need


def readiness(endpoint: str | None, environment: Environment) -> list[Need]:
    """Look for all that the builds of an environment need.

    Args:
        endpoint: address of the sandbox; None asks AWS itself, with the credentials that boto3 finds.
        environment: what was applied.

    Returns:
        Every need, whether or not it is met; none of an environment without builds.

    Raises:
        SandboxError: boto3 is missing, or nothing answers.
    """
    expected = _expected(endpoint, environment)
    every = (needs for part in parts_of(environment.spec) for needs in part.read_back().needs)
    return [*existing_needs(expected), *(found for needs in every for found in needs(expected))]


def used(endpoint: str | None, environment: Environment) -> list[Need]:
    """Look for what an environment uses and does not make, applied or not.

    Args:
        endpoint: as above.
        environment: whose spec.

    Raises:
        SandboxError: boto3 is missing, or nothing answers.
    """
    return list(existing_needs(_expected(endpoint, environment)))


def _expected(endpoint: str | None, environment: Environment) -> Expectation:
    spec = environment.spec
    clients = Clients(spec.region, spec.account, endpoint, credentials_of(environment.name, spec))
    return Expectation.of(environment, clients)
