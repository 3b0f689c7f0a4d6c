"""The network that the builds run in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.addresses import AvailabilityZone, Cidr, EgressName, SecurityGroupId, SubnetId, VpcId
from generator.model.section import Section
from generator.model.types import AccountId, RetentionDays

Endpoint = Literal[
    "cloudformation", "codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit", "codepipeline", "ec2",
    "ecr.api", "ecr.dkr", "ecs", "eks", "events", "git-codecommit", "kms", "lambda", "logs", "monitoring",
    "secretsmanager", "sns", "sqs", "ssm", "sts", "xray",
]  # fmt: skip
Port = Annotated[int, Field(ge=1, le=65535)]


class EgressRule(Section):
    """One more thing that the builds may reach, besides HTTPS."""

    cidr: Cidr = Field(description="Addresses that may be reached.", examples=["10.20.0.0/16"])
    port: Port = Field(description="Port that may be reached; the first of a range.", examples=[5432])
    to_port: Port | None = Field(default=None, description="Last port of a range; by default `port` alone.")
    protocol: Literal["tcp", "udp"] = Field(default="tcp", description="Protocol of the port.")


class ExistingNetwork(Section):
    """A VPC that is there already; nothing of it is changed."""

    vpc_id: VpcId = Field(description="The VPC.", examples=["vpc-0a1b2c3d4e5f67890"])
    subnet_ids: list[SubnetId] = Field(
        min_length=1,
        max_length=16,
        description="Subnets with a way out that needs no public address, since a build has none: private ones.",
        examples=[["subnet-0a1b2c3d4e5f67890", "subnet-0a1b2c3d4e5f67891"]],
    )
    security_group_ids: list[SecurityGroupId] | None = Field(
        default=None,
        min_length=1,
        max_length=5,
        description="Security groups of the builds; by default the stack makes one: HTTPS goes out, nothing comes in.",
        examples=[["sg-0a1b2c3d4e5f67890"]],
    )
    owner: AccountId | None = Field(
        default=None,
        description="Account that owns subnets which are shared with this one; by default the environment's own.",
        examples=["444455556666"],
    )


class FlowLogs(Section):
    """A log of every connection in the VPC."""

    traffic: Literal["ALL", "ACCEPT", "REJECT", "NONE"] = Field(
        default="ALL", description="Connections that are logged; NONE makes neither a log nor a role."
    )
    interval: Literal["1m", "10m"] = Field(
        default="10m", description="How long connections are gathered before they are logged."
    )
    retention_days: RetentionDays | None = Field(
        default=None, description="Days for which the log is kept; by default as the logs of the builds."
    )


class ManagedNetwork(Section):
    """A VPC that the stack makes, for its builds alone."""

    cidr: Cidr = Field(description="Addresses of the VPC, /16 to /26.", examples=["10.40.0.0/20"])
    availability_zones: list[AvailabilityZone] = Field(
        min_length=1,
        max_length=6,
        description="Zones, each with a private subnet; which ones exist depends on region and account.",
        examples=[["us-east-1a", "us-east-1b"]],
    )
    internet: Literal["nat", "nat_per_zone", "none"] = Field(
        default="nat",
        description="How the builds reach the internet: through one NAT gateway, through one in each zone, or not at "
        "all. NAT gateways are billed by the hour and by the GB.",
    )
    private_subnets: list[Cidr] | None = Field(
        default=None,
        min_length=1,
        description="Addresses of the private subnets, one a zone; by default equal parts of the VPC.",
        examples=[["10.40.0.0/22", "10.40.4.0/22"]],
    )
    public_subnets: list[Cidr] | None = Field(
        default=None,
        min_length=1,
        description="Addresses of the NAT gateways' subnets, one each; by default a /28 of the VPC's last part.",
        examples=[["10.40.12.0/28", "10.40.12.16/28"]],
    )
    endpoints: list[Endpoint] = Field(
        default_factory=list,
        description="Interface endpoints, so that calls to these services stay inside the VPC; each is billed by the "
        "hour and zone. Without internet, those that the builds need are added. S3 has one always, which is free.",
        examples=[["logs", "secretsmanager"]],
    )
    flow_logs: FlowLogs = Field(default_factory=FlowLogs, description="Which connections are logged, and for how long.")


class Network(Section):
    """The network that the builds run in: an existing VPC, or one that the stack makes."""

    existing: ExistingNetwork | None = Field(
        default=None, description="A VPC that is there already; instead of `managed`."
    )
    managed: ManagedNetwork | None = Field(
        default=None, description="A VPC that the stack makes; instead of `existing`."
    )
    egress: dict[EgressName, EgressRule] = Field(
        default_factory=dict,
        max_length=50,
        description="What the builds may reach besides HTTPS, by a name of your own.",
        examples=[{"postgres": {"cidr": "10.20.0.0/16", "port": 5432}}],
    )
