"""Module `egress`: the security group of the builds, and what they may reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.module import Module

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class EgressRuleContext:
    """One thing that the builds may reach besides HTTPS."""

    name: str
    cidr: str
    protocol: str
    from_port: int
    to_port: int


@dataclass(frozen=True, slots=True)
class EgressContext:
    """Arguments of module `egress`."""

    group_name: str
    internet: bool
    endpoints: bool
    rules: list[EgressRuleContext]


@dataclass(frozen=True, slots=True)
class EgressShape:
    """Module `egress` has one shape: what may be reached is a value."""


def egress(spec: EnvironmentSpec, names: Names) -> Module | None:
    """Derive module `egress`; None without a network, and where the builds have security groups of others."""
    network = spec.network
    if network is None or (network.existing and network.existing.security_group_ids):
        return None
    closed = network.managed is not None and network.managed.internet == "none"
    rules = [
        EgressRuleContext(name, rule.cidr, rule.protocol, rule.port, rule.to_port or rule.port)
        for name, rule in sorted(network.egress.items())
    ]
    return Module(EgressContext(names.security_group, not closed, closed, rules), EgressShape())


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "egress": ("network",),
    "egress.group_name": ("stack",),
    "egress.internet": ("network.managed.internet",),
    "egress.endpoints": ("network.managed.internet",),
    "egress.rules": ("network.egress",),
    "egress.rules.*": ("network.egress",),
    "egress.rules.*.name": ("network.egress.*",),
    "egress.rules.*.cidr": ("network.egress.*.cidr",),
    "egress.rules.*.protocol": ("network.egress.*.protocol",),
    "egress.rules.*.from_port": ("network.egress.*.port",),
    "egress.rules.*.to_port": ("network.egress.*.to_port", "network.egress.*.port"),
}
