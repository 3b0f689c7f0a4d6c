"""Rules of a VPC that the stack makes: terraform plan accepts any address range in any zone, and AWS does not."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Final

from generator.model.rules.finding import Finding
from generator.parts.network.rules import builds_inside, repeated
from generator.parts.network.subnets import (
    LARGEST_VPC,
    RESERVED,
    SMALLEST,
    is_cut,
    private_subnets,
    public_subnets,
    smallest_vpc,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.network.section import ManagedNetwork

_AT: Final = ("network", "managed")
# RFC 1918, and RFC 6598 for those who have none of it left.
_PRIVATE: Final = [IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]


def vpc(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Zones and addresses are what AWS takes, and enough for the builds."""
    network = spec.network.managed if spec.network else None
    if network is None:
        return
    yield from _zones(network, spec.region)
    wrong = [*_range(network), *_counts(network)]
    yield from wrong
    if any(finding.severity == "error" for finding in wrong):
        return
    yield from _subnets(network)
    yield from _capacity(network, spec)


def endpoints(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The interface endpoints have names that are known."""
    network = spec.network.managed if spec.network else None
    if network is None:
        return
    yield from repeated((*_AT, "endpoints"), network.endpoints)
    if spec.region.startswith("cn-") and (network.endpoints or network.internet == "none"):
        yield Finding(
            (*_AT, "endpoints" if network.endpoints else "internet"),
            "in the regions of China, endpoints have names that differ from service to service",
            "use internet: nat without endpoints, or an existing VPC",
            "endpoints-china",
        )


def _zones(network: ManagedNetwork, region: str) -> Iterator[Finding]:
    yield from repeated((*_AT, "availability_zones"), network.availability_zones)
    for index, zone in enumerate(network.availability_zones):
        if zone[:-1] != region:
            message = f"{zone} is not in the region, {region}"
            at = (*_AT, "availability_zones", index)
            yield Finding(at, message, f"write {region}{zone[-1]}, or @{{region}}{zone[-1]}", "zone-of-region")


def _range(network: ManagedNetwork) -> Iterator[Finding]:
    at, own, zones = (*_AT, "cidr"), IPv4Network(network.cidr), len(network.availability_zones)
    if not LARGEST_VPC <= own.prefixlen <= SMALLEST:
        message = f"a VPC has a prefix of /{LARGEST_VPC} to /{SMALLEST}, not /{own.prefixlen}"
        yield Finding(at, message, f"choose a range such as 10.40.0.0/{LARGEST_VPC + 4}", "vpc-size")
    elif is_cut(network) and own.prefixlen > smallest_vpc(zones):
        yield Finding(
            at,
            f"a /{own.prefixlen} is too small to be cut for {zones} availability zone{'s' if zones > 1 else ''}",
            f"use /{smallest_vpc(zones)} or shorter, or name the subnets with private_subnets and public_subnets",
            "vpc-too-small",
        )
    elif not any(own.subnet_of(private) for private in _PRIVATE):
        yield Finding(
            at,
            "these addresses belong to somebody on the internet, whom the builds could not reach",
            "use addresses of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
            "vpc-range-public",
            "warning",
        )


def _counts(network: ManagedNetwork) -> Iterator[Finding]:
    zones = len(network.availability_zones)
    nats = {"none": 0, "nat": 1, "nat_per_zone": zones}[network.internet]
    for key, named, wanted in (
        ("private_subnets", network.private_subnets, zones),
        ("public_subnets", network.public_subnets, nats),
    ):
        if named is not None and len(named) != wanted:
            message = f"names {len(named)} subnets, where there must be {wanted}"
            reason = "one for each availability zone" if key == "private_subnets" else "one for each NAT gateway"
            yield Finding((*_AT, key), f"{message}, {reason}", f"name {wanted}, or remove {key}", "subnet-count")


def _subnets(network: ManagedNetwork) -> Iterator[Finding]:
    own = IPv4Network(network.cidr)
    lists = {"private_subnets": private_subnets(network), "public_subnets": public_subnets(network)}
    placed = [((*_AT, key, index), subnet) for key, subnets in lists.items() for index, subnet in enumerate(subnets)]
    for at, subnet in placed:
        if not subnet.subnet_of(own):
            yield Finding(at, f"{subnet} lies outside of the VPC, {own}", "choose a part of it", "subnet-outside")
        elif subnet.prefixlen > SMALLEST:
            message = f"a subnet has a prefix of /{SMALLEST} or shorter, not /{subnet.prefixlen}"
            yield Finding(at, message, f"use /{SMALLEST}", "subnet-size")
    for (_, first), (at, second) in combinations(placed, 2):
        if first.overlaps(second):
            yield Finding(at, f"{second} overlaps with {first}", "choose another part of the VPC", "subnet-overlap")


def _capacity(network: ManagedNetwork, spec: EnvironmentSpec) -> Iterator[Finding]:
    free = sum(max(subnet.num_addresses - RESERVED, 0) for subnet in private_subnets(network))
    wanted = sum(spec.builds[name].concurrent_builds or 0 for name in builds_inside(spec))
    if wanted > free:
        yield Finding(
            (*_AT, "cidr"),
            f"{wanted} builds may run at once, each with an address of its own, and the private subnets have {free}",
            "choose a larger range, or lower concurrent_builds",
            "too-few-addresses",
            "warning",
        )
