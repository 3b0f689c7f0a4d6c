"""Reads back the VPC that the stack makes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions
from generator.parts.network.subnets import private_subnets, public_subnets
from generator.parts.network.vpc_endpoints import interface_endpoints, service_name
from generator.readback.check import Check
from generator.readback.expectation import tag_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.network.section import ManagedNetwork
    from generator.readback.expectation import Expectation

AT = "network.managed"


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the VPC with the spec, where the spec asks for one."""
    managed = expected.spec.network.managed if expected.spec.network else None
    if managed is None:
        return
    check = partial(Check, f"VPC {expected.names.prefix}")
    vpcs = expected.clients.ask_all("ec2", "describe_vpcs", "Vpcs", Filters=_named(expected.names.prefix))
    yield check("exists", True, len(vpcs) == 1, AT)  # noqa: FBT003  # a value like any other
    if len(vpcs) != 1:
        return
    (vpc,) = vpcs
    yield check("addresses", managed.cidr, vpc["CidrBlock"], f"{AT}.cidr")
    yield check("tags", {**expected.tags, "Name": expected.names.prefix}, tag_map(vpc.get("Tags")), "tags")
    yield check("finds endpoints by name", [True, True], _dns(expected, vpc["VpcId"]), AT)
    ask = partial(expected.clients.ask_all, "ec2", Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])
    # These two operations call it Filter.
    gateways = expected.clients.ask_all("ec2", "describe_nat_gateways", "NatGateways", Filter=ask.keywords["Filters"])
    yield from _subnets(check, managed, ask, gateways)
    endpoints = ask(operation="describe_vpc_endpoints", key="VpcEndpoints")
    called = contributions(Scope(expected.spec, expected.names)).endpoints
    services = [service_name(expected.spec.region, name) for name in ("s3", *interface_endpoints(managed, called))]
    found = [one["ServiceName"] for one in endpoints if one["State"] not in {"deleting", "deleted"}]
    yield check("endpoints", sorted(services), sorted(found), f"{AT}.endpoints")
    groups = ask(operation="describe_security_groups", key="SecurityGroups")
    rules = [
        rule
        for group in groups
        if group["GroupName"] == "default"
        for rule in (*group["IpPermissions"], *group["IpPermissionsEgress"])
    ]
    yield check("rules of the default security group", [], rules, AT)
    yield from _flow_logs(expected, managed, vpc["VpcId"])


def _named(name: str) -> list[dict[str, object]]:
    return [{"Name": "tag:Name", "Values": [name]}]


def _dns(expected: Expectation, vpc_id: str) -> list[bool]:
    found = []
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = expected.clients.ask("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=attribute) or {}
        found.append(bool(answer.get(attribute[0].upper() + attribute[1:], {}).get("Value")))
    return found


def _subnets(
    check: partial[Check], managed: ManagedNetwork, ask: partial[list[Any]], nats: list[dict[str, Any]]
) -> Iterator[Check]:
    subnets = ask(operation="describe_subnets", key="Subnets")
    ways = _ways_out(ask(operation="describe_route_tables", key="RouteTables"))
    gateways = {gateway["NatGatewayId"]: gateway["SubnetId"] for gateway in nats if gateway["State"] == "available"}
    zone_of = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in subnets}

    def described(subnet: dict[str, Any]) -> str:
        way = ways.get(subnet["SubnetId"], "")
        out = (
            f"NAT in {zone_of[gateways[way]]}" if way in gateways else "internet" if way.startswith("igw-") else "none"
        )
        return f"{subnet['AvailabilityZone']} {subnet['CidrBlock']} {out}"

    yield check("subnets", _wanted(managed), sorted(map(described, subnets)), AT)
    public = [subnet["SubnetId"] for subnet in subnets if subnet["MapPublicIpOnLaunch"]]
    yield check("gives public addresses in", [], public, AT)


def _wanted(managed: ManagedNetwork) -> list[str]:
    zones, gateways = managed.availability_zones, public_subnets(managed)
    ways = ["none"] if not gateways else [f"NAT in {zone}" for zone in zones[: len(gateways)]]
    private = [
        f"{zone} {subnet} {ways[min(index, len(ways) - 1)]}"
        for index, (zone, subnet) in enumerate(zip(zones, private_subnets(managed), strict=True))
    ]
    return sorted([*private, *(f"{zone} {subnet} internet" for zone, subnet in zip(zones, gateways, strict=False))])


def _ways_out(tables: list[dict[str, Any]]) -> dict[str, str]:
    """Return by subnet the gateway that its traffic to the internet takes."""
    found: dict[str, str] = {}
    for table in tables:
        default = [route for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
        gateway = next((route.get("NatGatewayId") or route.get("GatewayId") or "" for route in default), "")
        found |= {one["SubnetId"]: gateway for one in table["Associations"] if "SubnetId" in one}
    return found


def _flow_logs(expected: Expectation, managed: ManagedNetwork, vpc_id: str) -> Iterator[Check]:
    clients, logs, name = expected.clients, managed.flow_logs, expected.names.flow_log_group
    check, at = partial(Check, f"Flow log {name}"), f"{AT}.flow_logs"
    asked = [{"Name": "resource-id", "Values": [vpc_id]}]
    found = clients.ask_all("ec2", "describe_flow_logs", "FlowLogs", Filter=asked)
    described = [f"{one['TrafficType']} {one['MaxAggregationInterval']} {_group_name(one)}" for one in found]
    seconds = {"1m": 60, "10m": 600}[logs.interval]
    wanted = [] if logs.traffic == "NONE" else [f"{logs.traffic} {seconds} {name}"]
    yield check("traffic, seconds and log group", wanted, described, at)
    if not wanted:
        return
    groups = clients.ask_all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    group: dict[str, Any] = next((one for one in groups if one["logGroupName"] == name), {})
    days = logs.retention_days or expected.spec.logs.retention_days
    yield check("retention (days)", days, group.get("retentionInDays"), f"{at}.retention_days")
    yield check("encryption key", expected.key_arn, group.get("kmsKeyId", ""), "encryption")


def _group_name(flow_log: dict[str, Any]) -> str:
    group = str(flow_log.get("LogDestination") or flow_log.get("LogGroupName"))
    return group.rpartition(":log-group:")[2].removesuffix(":*")
