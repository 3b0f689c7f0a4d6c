"""The VPC endpoints of AWS services: what they are called, and which of them a VPC has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.parts.network.section import ManagedNetwork


def service_name(region: str, service: str) -> str:
    """Return AWS's name of a service's endpoint, such as `com.amazonaws.eu-central-1.logs`."""
    return f"com.amazonaws.{region}.{service}"


def interface_endpoints(managed: ManagedNetwork, called: Iterable[str]) -> list[str]:
    """Return the services that have an interface endpoint in the VPC that the stack makes, sorted.

    Args:
        managed: the network.
        called: services that the builds call, and could not reach without internet.
    """
    return sorted({*managed.endpoints, *(called if managed.internet == "none" else ())})
