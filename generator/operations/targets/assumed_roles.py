"""The roles that a spec says exist already: the sandbox believes it, and makes them with the trust that they need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.readback.clients import Clients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.credentials.identity import Credentials


def make_roles(endpoint: str, credentials: Credentials, *, account: str, region: str) -> list[str]:
    """Make the roles in the sandbox that are assumed there and that it has not; return their ARNs.

    Args:
        endpoint: address of the sandbox.
        credentials: of an environment, or of its state.
        account: whose own credentials there are before any role is assumed.
        region: of the calls.

    Raises:
        SandboxError: boto3 is missing, or nothing answers.
    """
    made = []
    for arn, trust in _roles(credentials, account):
        iam: Any = Clients(region, arn.split(":")[4], endpoint).client("iam")
        path, _, name = arn.split(":role", 1)[1].rpartition("/")
        try:
            iam.get_role(RoleName=name)
        except iam.exceptions.NoSuchEntityException:
            iam.create_role(
                RoleName=name,
                Path=f"{path}/",
                AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            )
            made.append(arn)
    return made


def _roles(credentials: Credentials, account: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each role, and who may assume it."""
    web, role = credentials.web_identity, credentials.role
    if web:
        principal: dict[str, str] = {"Federated": f"arn:aws:iam::{web.account}:oidc-provider/sandbox.example"}
        yield web.arn, {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity"}
    if role:
        trust: dict[str, object] = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{role.arn.split(':')[1]}:iam::{web.account if web else account}:root"},
            "Action": "sts:AssumeRole",
        }
        if role.external_id:
            trust["Condition"] = {"StringEquals": {"sts:ExternalId": role.external_id}}
        yield role.arn, trust
