"""Module `egress`: the security group of the builds, and what they may reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.module import Module
from generator.parts.network.nfs import NFS, nfs_targets

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class EgressRuleContext:
    """One thing that the builds may reach besides HTTPS: a range, or what has a security group."""

    name: str
    cidr: str | None
    security_group_id: str | None
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


def egress(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `egress`; None without a network, and where the builds have security groups of others."""
    spec, names = scope.spec, scope.names
    network = spec.network
    if network is None or (network.existing and network.existing.security_group_ids):
        return None
    closed = network.managed is not None and network.managed.internet == "none"
    rules = [
        EgressRuleContext(name, rule.cidr, None, rule.protocol, rule.port, rule.to_port or rule.port)
        for name, rule in sorted(network.egress.items())
    ]
    rules += _to_file_systems(spec)
    return Module(EgressContext(names.security_group, not closed, closed, rules), EgressShape())


def _to_file_systems(spec: EnvironmentSpec) -> list[EgressRuleContext]:
    """Let the builds mount their file systems; the names have a space, which no rule of the user's has."""
    ranges, groups = nfs_targets(spec)
    return [
        *(EgressRuleContext(f"file systems {cidr}", cidr, None, "tcp", NFS, NFS) for cidr in ranges),
        *(EgressRuleContext(f"file systems {group}", None, group, "tcp", NFS, NFS) for group in groups),
    ]


_MOUNTED: Final = "builds.*.file_systems"
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "egress": ("network",),
    "egress.group_name": ("stack",),
    "egress.internet": ("network.managed.internet",),
    "egress.endpoints": ("network.managed.internet",),
    "egress.rules": ("network.egress", _MOUNTED),
    "egress.rules.*": ("network.egress", _MOUNTED),
    "egress.rules.*.name": ("network.egress.*",),
    "egress.rules.*.cidr": ("network.egress.*.cidr", "network.managed.cidr"),
    "egress.rules.*.security_group_id": (_MOUNTED,),
    "egress.rules.*.protocol": ("network.egress.*.protocol",),
    "egress.rules.*.from_port": ("network.egress.*.port",),
    "egress.rules.*.to_port": ("network.egress.*.to_port", "network.egress.*.port"),
}
