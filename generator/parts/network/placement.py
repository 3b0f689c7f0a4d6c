"""Where the builds run, if not in CodeBuild's own network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class NetworkContext:
    """The network of the builds; None and empty where modules `vpc` and `egress` make it."""

    vpc_id: str | None
    subnet_ids: list[str]
    subnet_arns: list[str]
    security_group_ids: list[str]
    security_group_arns: list[str]
    network_interface_arn: str


def is_inside(scope: Scope) -> bool:
    """Tell whether builds run in a network of the user's or the stack's."""
    return scope.spec.network is not None


def network(scope: Scope) -> NetworkContext | None:
    """Derive the network; None where builds run in CodeBuild's own."""
    spec, names = scope.spec, scope.names
    if spec.network is None:
        return None
    found = spec.network.existing
    subnets, groups = (found.subnet_ids, found.security_group_ids or []) if found else ([], [])
    owner = (found and found.owner) or spec.account

    def arn(resource: str) -> str:
        return f"arn:{names.partition}:ec2:{names.region}:{owner}:{resource}"

    return NetworkContext(
        vpc_id=found.vpc_id if found else None,
        subnet_ids=subnets,
        subnet_arns=[arn(f"subnet/{subnet}") for subnet in subnets],
        security_group_ids=groups,
        # Security groups can be shared with a subnet, and have then its owner.
        security_group_arns=[arn(f"security-group/{group}") for group in groups],
        network_interface_arn=names.arn("ec2", "network-interface/*"),
    )


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "network": ("network",),
    "network.vpc_id": ("network.existing.vpc_id",),
    "network.subnet_ids": ("network.existing.subnet_ids",),
    "network.subnet_arns": ("network.existing.subnet_ids", "network.existing.owner", "region", "account"),
    "network.security_group_ids": ("network.existing.security_group_ids",),
    "network.security_group_arns": (
        *("network.existing.security_group_ids", "network.existing.owner", "region", "account"),
    ),
    "network.network_interface_arn": ("region", "account"),
}
