"""A partial apply resumes: each call to AWS fails once, and the next apply completes what that has left."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from estate import Estate
from fault_proxy import Refusal

from generator.errors import TerraformError
from generator.terraform import find_tools
from generator.terraform.plan_options import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault_proxy import Call, FaultProxy

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

PROMISE = "A partial apply resumes"
REFUSED = Refusal(400, "InvalidRequest", "This call is made to fail once.")
# Of each kind as many as it has calls to make, and some: so that every call finds a resource that has not failed yet.
MANY = """\
locals {
  numbers = toset([for number in range(20) : format("n%02d", number)])
}

resource "aws_iam_role" "these" {
  for_each = local.numbers

  name               = "ENV-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codebuild.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "these" {
  for_each = aws_iam_role.these

  name = "inline"
  role = each.value.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "logs:PutLogEvents", Resource = "*" }]
  })
}

resource "aws_cloudwatch_log_group" "these" {
  for_each = local.numbers

  name              = "/ENV-${each.key}"
  retention_in_days = 7
}

resource "aws_sns_topic" "these" {
  for_each = local.numbers

  name = "ENV-${each.key}"
}

resource "aws_cloudwatch_event_rule" "these" {
  for_each = local.numbers

  name          = "ENV-${each.key}"
  event_pattern = jsonencode({ source = ["aws.codebuild"] })
}

resource "aws_codebuild_project" "these" {
  for_each = aws_iam_role.these

  name         = each.value.name
  service_role = each.value.arn

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    type         = "LINUX_CONTAINER"
  }

  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
}
"""
BUCKETS = """\
locals {
  numbers = toset([for number in range(30) : format("n%02d", number)])
}

resource "aws_s3_bucket" "these" {
  for_each = local.numbers

  bucket = "ENV-${each.key}-ACCOUNT"
}

resource "aws_s3_bucket_versioning" "these" {
  for_each = aws_s3_bucket.these

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "these" {
  for_each = aws_s3_bucket.these

  bucket              = each.value.id
  block_public_acls   = true
  block_public_policy = true
}
"""
_NUMBER = re.compile(r"n\d\d")


class Once:
    """Refuses each kind of call once, never two at one resource."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.refused: dict[str, str] = {}

    def judge(self, call: Call) -> Refusal | None:
        """Decide on a call: all that belongs to one number counts as one resource."""
        text = f"{call.path} {call.body.decode(errors='replace')}"
        victim, kind = _NUMBER.search(text), _NUMBER.sub("N", call.name)
        if victim is None or "tfstate" in call.path:
            return None
        self.seen.add(kind)
        if kind in self.refused or victim[0] in self.refused.values():
            return None
        self.refused[kind] = victim[0]
        return REFUSED


@pytest.mark.parametrize("main", [MANY, BUCKETS], ids=["services", "buckets"])
def test_every_call_fails_once_and_the_next_run_completes_it(
    main: str, tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, main=main.replace("ACCOUNT", account))
    stack = estate.stack(find_tools())
    applying, destroying = Once(), Once()

    proxy.judge = applying.judge
    with pytest.raises(TerraformError):
        stack.apply(stack.plan())
    assert applying.refused.keys() == applying.seen, "a call did not fail"
    proxy.heal()
    stack.apply(stack.plan())
    assert stack.plan().plan.is_empty

    proxy.judge = destroying.judge
    with pytest.raises(TerraformError):
        stack.destroy()
    assert destroying.refused.keys() == destroying.seen, "a call did not fail"
    proxy.heal()
    stack.destroy()
    assert estate.state()["resources"] == []
    assert estate.exists() == set()
    assert len(applying.refused) >= 15
    score(PROMISE, len(applying.refused) + len(destroying.refused))


SHARED = ["sts:GetCallerIdentity", "s3:PUT /STATE.tflock", "s3:HEAD /STATE", "s3:PUT /STATE", "s3:DELETE /STATE.tflock"]


@pytest.mark.parametrize("name", SHARED)
def test_a_call_that_all_resources_share_fails_once(
    name: str, tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    stack = estate.stack(find_tools())
    planned = stack.plan()
    proxy.once(name.replace("STATE", f"{estate.bucket}/{estate.state_key()}"), REFUSED)
    with suppress(TerraformError):
        stack.apply(planned)
    assert REFUSED in proxy.given, "the call did not come"
    proxy.heal()
    if estate.is_locked():
        # The lock could not be given back: only its own ID takes it away.
        (lock,) = {json.loads(estate.object(f"{estate.state_key()}.tflock"))["ID"]}
        with pytest.raises(TerraformError, match="lock"):
            stack.plan(PlanOptions(lock_timeout="0s"))
        stack.unlock(lock)
    if (stack.folder / "errored.tfstate").exists():
        stack.rescue(tmp_path / "kept")
    stack.apply(stack.plan())
    assert stack.plan().plan.is_empty
    assert estate.known() == estate.exists()
    score(PROMISE)
