"""Roles in the sandbox: assumed by whom they trust, with the external id that they ask for, under the name of a session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.credentials.identity import Credentials, Role, WebIdentity
from generator.credentials.session import client
from generator.errors import CredentialsError
from generator.operations.targets.assumed_roles import make_roles
from generator.terraform.state.bucket_object import StateObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo

REGION = "us-east-1"


@pytest.fixture
def role(account: str) -> Role:
    return Role(f"arn:aws:iam::{account}:role/team/terraform", "deploys", "shop/1")


@pytest.fixture
def called_as(sandbox: SandboxInfo, account: str) -> Callable[[Credentials], str]:
    def ask(credentials: Credentials) -> str:
        sts = client("sts", credentials, region=REGION, endpoint=sandbox.endpoint, account=account)
        return str(sts.get_caller_identity()["Arn"])

    return ask


def test_a_role_is_assumed_under_the_name_of_its_session(
    sandbox: SandboxInfo, account: str, role: Role, called_as: Callable[[Credentials], str]
) -> None:
    own = Credentials(role=role)
    assert make_roles(sandbox.endpoint, own, account=account, region=REGION) == [role.arn]
    assert make_roles(sandbox.endpoint, own, account=account, region=REGION) == []
    assert called_as(own) == f"arn:aws:sts::{account}:assumed-role/terraform/deploys"


@pytest.mark.parametrize("external_id", [None, "shop/2"], ids=["no external id", "another one"])
def test_a_role_is_refused_to_whom_its_trust_does_not_allow(
    sandbox: SandboxInfo,
    account: str,
    role: Role,
    called_as: Callable[[Credentials], str],
    external_id: str | None,
) -> None:
    make_roles(sandbox.endpoint, Credentials(role=role), account=account, region=REGION)
    with pytest.raises(
        CredentialsError, match=r"cannot be assumed: .*not authorized to perform: sts:AssumeRole"
    ) as told:
        called_as(Credentials(role=Role(role.arn, "deploys", external_id)))
    assert "external_id" in told.value.hint


def test_a_role_that_does_not_exist_cannot_be_assumed(role: Role, called_as: Callable[[Credentials], str]) -> None:
    with pytest.raises(CredentialsError, match="not authorized"):
        called_as(Credentials(role=role))


def test_a_role_trusts_its_own_callers_alone(
    sandbox: SandboxInfo, account: str, role: Role, aws: Callable[..., Any]
) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999900001111:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws("iam").create_role(RoleName="terraform", Path="/team/", AssumeRolePolicyDocument=document)
    with pytest.raises(CredentialsError, match="not authorized"):
        client("s3", Credentials(role=role), region=REGION, endpoint=sandbox.endpoint, account=account)
    client("s3", Credentials(role=role), region=REGION, endpoint=sandbox.endpoint, account="999900001111")


def test_a_token_opens_a_role_by_which_another_is_assumed(
    sandbox: SandboxInfo, account: str, role: Role, called_as: Callable[[Credentials], str]
) -> None:
    own = Credentials(web_identity=WebIdentity(f"arn:aws:iam::777788889999:role/ci-{account}", "job-7"), role=role)
    assert len(make_roles(sandbox.endpoint, own, account=account, region=REGION)) == 2
    assert called_as(own) == f"arn:aws:sts::{account}:assumed-role/terraform/deploys"
    only_token = Credentials(web_identity=own.web_identity)
    assert called_as(only_token) == f"arn:aws:sts::777788889999:assumed-role/ci-{account}/job-7"


def test_a_role_that_trusts_no_identity_provider_is_opened_by_no_token(
    sandbox: SandboxInfo, account: str, role: Role, called_as: Callable[[Credentials], str]
) -> None:
    make_roles(sandbox.endpoint, Credentials(role=role), account=account, region=REGION)
    with pytest.raises(CredentialsError, match="AssumeRoleWithWebIdentity"):
        called_as(Credentials(web_identity=WebIdentity(role.arn, "job-7")))


def test_a_state_in_another_account_is_read_with_its_own_role(
    sandbox: SandboxInfo, account: str, aws: Callable[..., Any]
) -> None:
    other, bucket = "555566667777", f"states-{account}"
    states = aws("s3", key=other)
    states.create_bucket(Bucket=bucket)
    states.put_object(Bucket=bucket, Key="shop/dev", Body=b"{}")
    own = Credentials(role=Role(f"arn:aws:iam::{other}:role/states-{account}", "reads"))
    make_roles(sandbox.endpoint, own, account=account, region=REGION)
    found = StateObject(bucket, "shop/dev", REGION, sandbox.endpoint, account, own)
    assert found.read() == (b"{}", "")
    assert found.owner == other
