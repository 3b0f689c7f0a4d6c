"""How the builds reach file systems of EFS: by NFS, at addresses that nobody knows before the VPC is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.network.section import Network

NFS: Final = 2049
# Mount targets have addresses of the VPC or of one that it is connected to; these ranges are what AWS advises for both.
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
PRIVATE_RANGES: Final = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")


def nfs_targets(spec: EnvironmentSpec) -> tuple[list[str], list[str]]:
    """Return what the builds must reach to mount their file systems: address ranges, and security groups.

    There are no ranges where the spec says itself, in `network.egress`, where NFS may go.
    """
    network = spec.network
    mounted = [each for build in spec.builds.values() if build.network for each in build.file_systems.values()]
    if network is None:
        return [], []
    groups = sorted({each.security_group_id for each in mounted if each.security_group_id})
    if all(each.security_group_id for each in mounted) or _opens_nfs(network):
        return [], groups
    return ([network.managed.cidr] if network.managed else [*PRIVATE_RANGES]), groups


def _opens_nfs(network: Network) -> bool:
    rules = network.egress.values()
    return any(rule.protocol == "tcp" and rule.port <= NFS <= (rule.to_port or rule.port) for rule in rules)
