"""A stack over what exists, in the sandbox: made by others, used, looked at, and still there when the stack is gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from demands import OVER_EXISTING

from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions, existing
from generator.readback.read_back import read_back
from generator.readback.readiness import readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.model.loading.load import Environment
    from generator.sandbox.control import SandboxInfo

    Aws = Callable[..., Any]


@pytest.mark.terraform
@pytest.mark.slow
def test_what_exists_is_used_looked_at_and_left(
    sandbox: SandboxInfo, live_stack: Callable[..., Any], account: str, aws: Aws
) -> None:
    def needs() -> dict[str, str]:
        found = readiness(sandbox.endpoint, environment)
        return {
            need.subject: need.found for need in found if need.state != "ready" and need.remedy.startswith("see `What")
        }

    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    environment, stack = live_stack(OVER_EXISTING.replace("@KEY@", key))
    assert set(needs()) == {
        *(f"S3 bucket acme-builds-{account}", f"ECR repository arn:aws:ecr:us-east-1:{account}:repository/acme/api"),
        *(
            "log group /acme/main",
            "log group /acme/other",
            "log group /acme/release",
            f"SNS topic arn:aws:sns:us-east-1:{account}:acme-builds",
        ),
        *(f"IAM role arn:aws:iam::{account}:role/ci/shop-ci", f"IAM role arn:aws:iam::{account}:role/shop-starts"),
        f"IAM role arn:aws:iam::{account}:role/ci/shop-release",
    }

    _make(environment, aws, account)
    # The documents that README.md shows are all that it takes.
    assert needs() == {}
    stack.apply(stack.plan())
    checks = read_back(sandbox.endpoint, environment)
    assert [f"{check.subject} {check.aspect}" for check in checks if not check.ok] == []
    assert not stack.plan().has_changes

    iam, s3 = aws("iam"), aws("s3")
    for name in ("shop-ci", "shop-release"):
        iam.delete_role_policy(RoleName=name, PolicyName="needed")
    iam.update_assume_role_policy(RoleName="shop-starts", PolicyDocument=_document(_trusting("ec2.amazonaws.com")))
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::acme-builds-{account}/*",
    }
    s3.put_bucket_policy(Bucket=f"acme-builds-{account}", Policy=_document(denial))
    aws("logs").delete_log_group(logGroupName="/acme/main")
    aws("kms").disable_key(KeyId=key.rpartition("/")[2])
    found = needs()
    assert found[f"IAM role arn:aws:iam::{account}:role/ci/shop-ci"].startswith(
        "its policies do not allow logs:CreateLogStream on"
    )
    assert (
        "do not allow s3:GetObject on arn:aws:s3:::acme-sources"
        in found[f"IAM role arn:aws:iam::{account}:role/ci/shop-release"]
    )
    assert "does not let codebuild.amazonaws.com take it" in found[f"IAM role arn:aws:iam::{account}:role/shop-starts"]
    assert found[f"S3 bucket acme-builds-{account}"].startswith("its policy denies s3:PutObject on")
    assert found["log group /acme/main"] == "there is none"
    assert found[f"KMS key {key}"] == "is Disabled"
    aws("kms").enable_key(KeyId=key.rpartition("/")[2])

    stack.destroy()
    assert "acme-builds-" + account in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert {role["RoleName"] for role in iam.list_roles()["Roles"]} == {"shop-ci", "shop-release", "shop-starts"}
    assert aws("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    assert [topic["TopicArn"] for topic in aws("sns").list_topics()["Topics"]] == [
        f"arn:aws:sns:us-east-1:{account}:acme-builds"
    ]
    assert [group["logGroupName"] for group in aws("logs").describe_log_groups()["logGroups"]] == [
        "/acme/other",
        "/acme/release",
    ]


def _make(environment: Environment, aws: Aws, account: str) -> None:
    """Make what exists, with the policies that the stack says it must have and no others."""
    scope = Scope.of(environment.name, environment.spec)
    asked = {each.name: each for each in existing(scope, contributions(scope))}
    aws("secretsmanager").create_secret(Name="shop/token", SecretString="{}")
    aws("s3").create_bucket(Bucket=f"acme-builds-{account}")
    aws("ecr").create_repository(repositoryName="acme/api")
    for build in environment.spec.builds:
        aws("logs").create_log_group(logGroupName=f"/acme/{build}")
    aws("s3").create_bucket(Bucket=f"acme-sources-{account}")
    for name, path in (("shop-ci", "/ci/"), ("shop-release", "/ci/"), ("shop-starts", "/")):
        needed, trust = asked[f"arn:aws:iam::{account}:role{path}{name}"].documents
        aws("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust.content))
        aws("iam").put_role_policy(RoleName=name, PolicyName="needed", PolicyDocument=json.dumps(needed.content))
    topic = aws("sns").create_topic(Name="acme-builds")["TopicArn"]
    policy = json.dumps(asked[topic].documents[0].content)
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    policy = json.dumps(asked[f"acme-builds-{account}"].documents[0].content)
    aws("s3").put_bucket_policy(Bucket=f"acme-builds-{account}", Policy=policy)


def _trusting(service: str) -> Mapping[str, object]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


def _document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
