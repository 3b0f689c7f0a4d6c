"""The address ranges of a VPC's subnets, computed in this one place.

A VPC is cut into four equal parts, or eight where it has more than three zones. Each zone has one for its private
subnet; the last part holds the small public subnets of the NAT gateways. So neither a further zone at the end of the
list (up to three, and up to six) nor a NAT gateway that comes or goes moves a subnet that exists.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.parts.network.section import ManagedNetwork

LARGEST_VPC: Final = 16  # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
SMALLEST: Final = 28  # of a VPC and of a subnet, the same page
RESERVED: Final = 5  # addresses that AWS keeps of each subnet, the same page
_FEW_ZONES: Final = 3


def private_subnets(network: ManagedNetwork) -> list[IPv4Network]:
    """Return the private subnets, one a zone, as the spec names them or as they follow from the VPC's range."""
    if network.private_subnets:
        return [IPv4Network(text) for text in network.private_subnets]
    return _parts(network)[: len(network.availability_zones)]


def public_subnets(network: ManagedNetwork) -> list[IPv4Network]:
    """Return the public subnets of the NAT gateways: none, one, or one a zone."""
    count = {"none": 0, "nat": 1, "nat_per_zone": len(network.availability_zones)}[network.internet]
    if network.public_subnets:
        return [IPv4Network(text) for text in network.public_subnets][:count]
    return list(_parts(network)[-1].subnets(new_prefix=SMALLEST))[:count] if count else []


def is_cut(network: ManagedNetwork) -> bool:
    """Tell whether some subnet follows from the VPC's range, rather than being named in the spec."""
    return not network.private_subnets or (network.internet != "none" and not network.public_subnets)


def smallest_vpc(zones: int) -> int:
    """Return the longest prefix of a VPC that can be cut for `zones`: each a private and a public subnet."""
    return SMALLEST - _bits(zones) - (zones - 1).bit_length()


def _parts(network: ManagedNetwork) -> list[IPv4Network]:
    return list(IPv4Network(network.cidr).subnets(_bits(len(network.availability_zones))))


def _bits(zones: int) -> int:
    return 2 if zones <= _FEW_ZONES else 3
