"""What the roles of an applied environment may do, counted as IAM does, beside what is measured before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.documents import json_text
from generator.model.names import Names
from generator.parts.access.role_policies import role_policies
from generator.readback.clients import Clients

if TYPE_CHECKING:
    from generator.model.loading.load import Environment


def wrong_sizes(endpoint: str, environment: Environment) -> list[tuple[str, int, int]]:
    """Return the roles whose policies are not as large as measured: name, measured, found."""
    spec, names = environment.spec, Names.of(environment.name, environment.spec)
    iam = Clients(spec.region, spec.account, endpoint).client("iam")
    found: list[tuple[str, int, int]] = []
    for role in role_policies(spec, names):
        size = 0
        for policy in iam.list_role_policies(RoleName=role.name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role.name, PolicyName=policy)["PolicyDocument"]
            size += len("".join(json_text(document).split()))
        if size != role.characters:
            found.append((role.name, role.characters, size))
    return found
