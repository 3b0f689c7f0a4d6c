"""Reads back where the builds run: their VPC, their security group, and what their roles may do to interfaces."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.parts.network.nfs import NFS, nfs_targets
from generator.readback.check import Check
from generator.readback.listing import Listing
from generator.readback.roles import policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.readback.expectation import Expectation

    Rule = dict[str, Any]

_SERVICE: Final = "codebuild.amazonaws.com"


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the network of the builds with the spec."""
    network = expected.spec.network
    if network is None:
        return
    own = not (network.existing and network.existing.security_group_ids)
    if own:
        yield from _security_group(expected)
    names = sorted(expected.names.projects.values())
    answer = expected.clients.ask("codebuild", "batch_get_projects", names=names) or {}
    configured = {project["name"]: project.get("vpcConfig") or {} for project in answer.get("projects", [])}
    for build, name in sorted(expected.names.projects.items()):
        if name in configured:
            yield from _build(expected, build, configured[name])


def _security_group(expected: Expectation) -> Iterator[Check]:
    clients, names, network = expected.clients, expected.names, expected.spec.network
    check = partial(Check, f"Security group {names.security_group}")
    asked: list[dict[str, object]] = [{"Name": "group-name", "Values": [names.security_group]}]
    groups = clients.ask_all("ec2", "describe_security_groups", "SecurityGroups", Filters=asked)
    yield check("exists", True, len(groups) == 1, "network")  # noqa: FBT003  # a value like any other
    if len(groups) != 1 or network is None:
        return
    (group,) = groups
    yield check("lets in", [], _listed(group["IpPermissions"]), "network")
    closed = network.managed is not None and network.managed.internet == "none"
    wanted = ["tcp 443-443 group", "tcp 443-443 prefix list"] if closed else ["tcp 443-443 0.0.0.0/0"]
    wanted += [
        f"{rule.protocol} {rule.port}-{rule.to_port or rule.port} {rule.cidr}" for rule in network.egress.values()
    ]
    ranges, file_system_groups = nfs_targets(expected.spec)
    wanted += [f"tcp {NFS}-{NFS} {target}" for target in (*ranges, *("group" for _ in file_system_groups))]
    yield check("lets out", sorted(wanted), _listed(group["IpPermissionsEgress"]), "network.egress")
    if network.existing:
        yield check("VPC", network.existing.vpc_id, group["VpcId"], "network.existing.vpc_id")


def _listed(rules: Sequence[Rule]) -> list[str]:
    return sorted(
        f"{rule['IpProtocol']} {rule.get('FromPort')}-{rule.get('ToPort')} {target}"
        for rule in rules
        for target in (
            *(item["CidrIp"] for item in rule.get("IpRanges", [])),
            *(item["CidrIpv6"] for item in rule.get("Ipv6Ranges", [])),
            *("group" for _ in rule.get("UserIdGroupPairs", [])),
            *("prefix list" for _ in rule.get("PrefixListIds", [])),
        )
    )


def _build(expected: Expectation, build: str, found: dict[str, Any]) -> Iterator[Check]:
    network, at = expected.spec.network, f"builds.{build}.network"
    inside = expected.spec.builds[build].network
    check = partial(Check, f"CodeBuild project {expected.names.projects[build]}")
    yield check("runs in the network", inside, bool(found.get("vpcId")), at)
    existing = network.existing if network else None
    if inside and existing:
        yield check("VPC", existing.vpc_id, found.get("vpcId"), "network.existing.vpc_id")
        yield check("subnets", sorted(existing.subnet_ids), sorted(found.get("subnets", [])), "network.existing")
    if found.get("vpcId"):
        yield _role(expected, build, found)


def _role(expected: Expectation, build: str, found: dict[str, Any]) -> Check:
    names, role = expected.names, expected.names.role(build)
    existing = expected.spec.network.existing if expected.spec.network else None
    owner = (existing and existing.owner) or names.account
    start = f"arn:{names.partition}:ec2:{names.region}:{owner}"
    documents = list(policies(expected.clients, role))

    def may(action: str, resource: str, subnet: str, service: str = _SERVICE) -> bool:
        context = {"ec2:subnet": f"{start}:subnet/{subnet}", "ec2:authorizedservice": service}
        verdicts = {judge(policy, Call(f"ec2:{action}", resource, context=context)) for policy in documents}
        return Verdict.ALLOWED in verdicts and Verdict.DENIED not in verdicts

    interface, (subnet, *_) = names.arn("ec2", "network-interface/eni-1"), found["subnets"]
    allowed = {
        "have an interface": may("CreateNetworkInterface", f"{start}:subnet/{subnet}", subnet),
        "give it back": may("DeleteNetworkInterface", interface, subnet),
        "lend it to CodeBuild": may("CreateNetworkInterfacePermission", interface, subnet),
        "lend it to others": may("CreateNetworkInterfacePermission", interface, subnet, "lambda.amazonaws.com"),
        "have one elsewhere": may("CreateNetworkInterface", f"{start}:subnet/of-others", "of-others"),
        "delete those of others": may("DeleteNetworkInterface", interface, "of-others"),
    }
    wanted = ["have an interface", "give it back", "lend it to CodeBuild"]
    return Check(f"IAM role {role}", "may", wanted, [what for what, yes in allowed.items() if yes], "network")


def _not_default_group(group: Mapping[str, Any]) -> bool:
    return bool(group["GroupName"] != "default")


def _not_default(thing: Mapping[str, Any]) -> bool:
    return not thing.get("IsDefault") and not thing.get("DefaultForAz")


def _not_deleted(thing: Mapping[str, Any]) -> bool:
    return thing.get("State") not in {"deleted", "deleting"}


def _not_main(table: Mapping[str, Any]) -> bool:
    return not any(association.get("Main") for association in table["Associations"])


LISTINGS: Final = (
    Listing("VPC", "ec2", "describe_vpcs", "Vpcs", "VpcId", counts=_not_default),
    Listing("subnet", "ec2", "describe_subnets", "Subnets", "SubnetId", counts=_not_default),
    Listing(
        "security group", "ec2", "describe_security_groups", "SecurityGroups", "GroupId", counts=_not_default_group
    ),
    Listing("internet gateway", "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    Listing("route table", "ec2", "describe_route_tables", "RouteTables", "RouteTableId", counts=_not_main),
    Listing("network interface", "ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    Listing("NAT gateway", "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId", counts=_not_deleted),
    Listing("VPC endpoint", "ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", counts=_not_deleted),
    Listing("elastic IP", "ec2", "describe_addresses", "Addresses", "AllocationId"),
    Listing("flow log", "ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
)
