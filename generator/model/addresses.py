"""Scalar types of a network: address ranges, zones and IDs, as AWS takes them."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from generator.model.types import Text


def _network(text: str) -> str:
    try:
        nearest = str(ipaddress.IPv4Network(text, strict=False))
    except ValueError:
        nearest = ""
    if nearest != text:
        hint = f"; {nearest} is the one that holds this address" if nearest and "/" in text else ""
        raise PydanticCustomError(
            "cidr", "must be a range of IPv4 addresses such as 10.40.0.0/20{hint}", {"hint": hint}
        )
    return text


# No IPv6: the network interfaces of a build have none.
Cidr = Annotated[
    str,
    AfterValidator(_network),
    WithJsonSchema({"type": "string", "pattern": r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$"}),
]
# Zones of the region itself: CodeBuild has no machines in local zones such as us-west-2-lax-1a.
AvailabilityZone = Annotated[
    str, Text(r"[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]", "an availability zone such as eu-central-1a", longest=26)
]
_ID: Final = "[0-9a-f]{8}(?:[0-9a-f]{9})?"
VpcId = Annotated[str, Text(f"vpc-{_ID}", "the ID of a VPC such as vpc-0a1b2c3d4e5f67890", longest=21)]
SubnetId = Annotated[str, Text(f"subnet-{_ID}", "the ID of a subnet such as subnet-0a1b2c3d4e5f67890", longest=24)]
SecurityGroupId = Annotated[
    str, Text(f"sg-{_ID}", "the ID of a security group such as sg-0a1b2c3d4e5f67890", longest=20)
]
EgressName = Annotated[
    str, Text(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", "lower-case letters, digits and single hyphens", longest=30)
]
