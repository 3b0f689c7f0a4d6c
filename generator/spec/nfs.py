"""How the builds reach file systems of EFS: by NFS, at addresses that nobody knows before the VPC is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.spec.model.network import Network

NFS: Final = 2049
# Mount targets have addresses of the VPC or of one that it is connected to; these ranges are what AWS advises for both.
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
PRIVATE_RANGES: Final = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")


def opens_nfs(network: Network) -> bool:
    """Tell whether the spec itself says where NFS may go."""
    rules = network.egress.values()
    return any(rule.protocol == "tcp" and rule.port <= NFS <= (rule.to_port or rule.port) for rule in rules)
