"""What real stacks need and can be had beside each other, in one stack: applied, read back, planned empty, destroyed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from demands import THE_REST

from generator.readback.read_back import read_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo


@pytest.mark.terraform
@pytest.mark.slow
def test_all_that_is_wanted_applies_plans_empty_and_is_destroyed(
    sandbox: SandboxInfo, live_stack: Callable[..., Any], account: str, aws: Callable[..., Any]
) -> None:
    aws("s3").create_bucket(Bucket=f"acme-others-{account}")
    statement = {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws("iam").create_policy(PolicyName="deploys", PolicyDocument=document)
    environment, stack = live_stack(THE_REST)
    stack.apply(stack.plan())
    checks = read_back(sandbox.endpoint, environment)
    assert [f"{check.subject} {check.aspect}" for check in checks if not check.ok] == []
    assert not stack.plan().has_changes
    stack.destroy()
    assert aws("codebuild").list_projects()["projects"] == []
    assert aws("iam").list_roles()["Roles"] == []
    assert [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]] == [f"acme-others-{account}"]
