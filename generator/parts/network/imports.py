"""What exists of part `network`, and how it is taken over: security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports, Values
    from generator.readback.clients import Clients


def _security_group(clients: Clients, values: Values) -> str | None:
    wanted = {"group-name": values["name"], "vpc-id": values["vpc_id"]}
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    found = clients.ask_all("ec2", "describe_security_groups", "SecurityGroups", Filters=filters)
    return next((each["GroupId"] for each in found), None)


IMPORTS: Final[Imports] = {
    "aws_security_group": Importable(
        "{group_id}", "ec2", "describe_security_groups", {"GroupIds": ["{group_id}"]}, find=_security_group
    ),
    **dict.fromkeys(
        (
            *("aws_default_security_group", "aws_eip", "aws_flow_log", "aws_internet_gateway", "aws_nat_gateway"),
            *("aws_route", "aws_route_table", "aws_route_table_association", "aws_subnet", "aws_vpc"),
            *("aws_vpc_endpoint", "aws_vpc_security_group_ingress_rule"),
        ),
        "a network that exists is named by network.existing, and a stack makes none beside it",
    ),
    "aws_vpc_security_group_egress_rule": "AWS knows its rules by numbers alone; one that is there twice is refused",
}
