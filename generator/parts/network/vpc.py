"""Module `vpc`: a VPC for the builds alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import NOTHING, Contribution
from generator.parts.framework.module import Module
from generator.parts.network.subnets import private_subnets, public_subnets
from generator.parts.network.vpc_endpoints import interface_endpoints, service_name

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.framework.scope import Scope
    from generator.parts.network.section import ManagedNetwork

_SECONDS: Final = {"1m": 60, "10m": 600}


@dataclass(frozen=True, slots=True)
class ZoneContext:
    """One availability zone: its subnets, and the zone whose NAT gateway its builds use."""

    name: str
    private_cidr: str
    public_cidr: str | None
    nat_zone: str | None


@dataclass(frozen=True, slots=True)
class FlowLogsContext:
    """The log of connections."""

    group_name: str
    group_arn: str
    role_name: str
    source_arn: str
    retention_days: int
    traffic: str
    interval_seconds: int


@dataclass(frozen=True, slots=True)
class VpcContext:
    """Arguments of module `vpc`."""

    name: str
    account_id: str
    cidr: str
    zones: list[ZoneContext]
    nat: bool
    s3_service_name: str
    endpoints: dict[str, str]
    flow_logs: FlowLogsContext | None


@dataclass(frozen=True, slots=True)
class VpcShape:
    """Features of module `vpc`."""

    nat: bool
    endpoints: bool
    flow_logs: bool
    kms: bool


def vpc(scope: Scope, asked: Contribution) -> Module | None:
    """Derive module `vpc`; None where the stack makes none."""
    spec, names = scope.spec, scope.names
    managed = spec.network.managed if spec.network else None
    if managed is None:
        return None
    arguments = VpcContext(
        name=names.prefix,
        account_id=spec.account,
        cidr=managed.cidr,
        zones=_zones(managed),
        nat=managed.internet != "none",
        s3_service_name=service_name(spec.region, "s3"),
        endpoints={key: service_name(spec.region, key) for key in interface_endpoints(managed, asked.endpoints)},
        flow_logs=_flow_logs(spec, managed, names),
    )
    shape = VpcShape(
        nat=arguments.nat,
        endpoints=bool(arguments.endpoints),
        flow_logs=arguments.flow_logs is not None,
        kms=spec.encryption is not None,
    )
    return Module(arguments, shape)


def _zones(managed: ManagedNetwork) -> list[ZoneContext]:
    names, public = managed.availability_zones, public_subnets(managed)
    gateways: dict[str, list[str | None]] = {
        "none": [None] * len(names),
        "nat": [names[0]] * len(names),
        "nat_per_zone": [*names],
    }
    nat_zones = gateways[managed.internet]
    return [
        ZoneContext(
            name=name,
            private_cidr=str(private),
            public_cidr=str(public[index]) if index < len(public) else None,
            nat_zone=nat_zones[index],
        )
        for index, (name, private) in enumerate(zip(names, private_subnets(managed), strict=True))
    ]


def _flow_logs(spec: EnvironmentSpec, managed: ManagedNetwork, names: Names) -> FlowLogsContext | None:
    logs = managed.flow_logs
    if logs.traffic == "NONE":
        return None
    return FlowLogsContext(
        group_name=names.flow_log_group,
        group_arn=names.arn("logs", f"log-group:{names.flow_log_group}"),
        role_name=names.flow_log_role,
        source_arn=names.arn("ec2", "vpc-flow-log/*"),
        retention_days=logs.retention_days or spec.logs.retention_days,
        traffic=logs.traffic,
        interval_seconds=_SECONDS[logs.interval],
    )


def has_nat(scope: Scope) -> bool:
    """Tell whether the builds reach the internet through NAT gateways of the stack's own."""
    managed = scope.spec.network.managed if scope.spec.network else None
    return managed is not None and managed.internet != "none"


def contributes(scope: Scope) -> Contribution:
    """Ask for the key, where the connections are logged."""
    managed = scope.spec.network.managed if scope.spec.network else None
    if managed is None or managed.flow_logs.traffic == "NONE":
        return NOTHING
    return Contribution(log_groups=(scope.names.arn("logs", f"log-group:{scope.names.flow_log_group}"),))


_MANAGED: Final = "network.managed"
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "vpc": (_MANAGED,),
    "vpc.name": ("stack",),
    "vpc.account_id": ("account",),
    "vpc.cidr": (f"{_MANAGED}.cidr",),
    "vpc.zones": (f"{_MANAGED}.availability_zones",),
    "vpc.zones.*": (f"{_MANAGED}.availability_zones.*",),
    "vpc.zones.*.name": (f"{_MANAGED}.availability_zones.*",),
    "vpc.zones.*.private_cidr": (f"{_MANAGED}.private_subnets", f"{_MANAGED}.cidr"),
    "vpc.zones.*.public_cidr": (f"{_MANAGED}.public_subnets", f"{_MANAGED}.cidr"),
    "vpc.zones.*.nat_zone": (f"{_MANAGED}.internet",),
    "vpc.nat": (f"{_MANAGED}.internet",),
    "vpc.s3_service_name": ("region",),
    "vpc.endpoints": (f"{_MANAGED}.endpoints", f"{_MANAGED}.internet"),
    "vpc.endpoints.*": (f"{_MANAGED}.endpoints", f"{_MANAGED}.internet", "region"),
    "vpc.flow_logs": (f"{_MANAGED}.flow_logs.traffic",),
    "vpc.flow_logs.group_name": ("stack",),
    "vpc.flow_logs.group_arn": ("stack", "region", "account"),
    "vpc.flow_logs.role_name": ("stack",),
    "vpc.flow_logs.source_arn": ("region", "account"),
    "vpc.flow_logs.retention_days": (f"{_MANAGED}.flow_logs.retention_days", "logs.retention_days"),
    "vpc.flow_logs.traffic": (f"{_MANAGED}.flow_logs.traffic",),
    "vpc.flow_logs.interval_seconds": (f"{_MANAGED}.flow_logs.interval",),
    "shapes.vpc.endpoints": (f"{_MANAGED}.endpoints", f"{_MANAGED}.internet"),
    "shapes.vpc.flow_logs": (f"{_MANAGED}.flow_logs.traffic",),
    "shapes.vpc.kms": ("encryption",),
    "shapes.vpc.nat": (f"{_MANAGED}.internet",),
}
