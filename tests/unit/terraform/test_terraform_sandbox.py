"""Stacks in the sandbox: applied by the real terraform and the real provider, over a local server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from generator.errors import TerraformError
from generator.sandbox import control
from generator.terraform import Mode, TerraformStack, open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ACCOUNT = "111122223333"
ROOT = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  backend "s3" {
    bucket = "state"
    key    = "dev"
    region = "eu-west-1"
  }
}

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111122223333"]
}

resource "aws_s3_bucket" "this" {
  bucket = "tfstencil-sandbox"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/codebuild/tfstencil"
  retention_in_days = 7
}

output "log_group" {
  value = aws_cloudwatch_log_group.this.arn
}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "environments").mkdir()
    (tmp_path / "modules_out" / "dev").mkdir(parents=True)
    (tmp_path / "modules_out" / "dev" / "main.tf").write_text(ROOT)
    found = Workspace.find(tmp_path)
    yield found
    control.stop(found)


def open_sandboxed(workspace: Workspace, *, account: str = ACCOUNT) -> TerraformStack:
    endpoint = control.start(workspace).endpoint
    # Another account's credentials in the shell must neither be used nor get in the way.
    environ = os.environ | {"AWS_ACCESS_KEY_ID": "999999999999", "AWS_PROFILE": "nobody", "AWS_REGION": "us-west-2"}
    return open_stack(
        workspace, "dev", Mode.SANDBOX, account=account, region="eu-west-1", endpoint=endpoint, environ=environ
    )


def test_a_stack_is_applied_replanned_empty_and_destroyed(workspace: Workspace) -> None:
    stack = open_sandboxed(workspace)

    stack.apply(stack.plan())
    arn = stack.outputs()["log_group"].value
    again = stack.plan()

    assert arn == f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/codebuild/tfstencil"
    assert again.plan.is_empty
    assert not again.has_changes
    assert (workspace.scratch / "sandbox" / "state" / "dev.tfstate").is_file()
    assert [path.name for path in (workspace.modules_out / "dev").iterdir()] == ["main.tf"]

    stack.destroy()

    assert stack.state()["resources"] == []


def test_the_wrong_account_is_refused_as_it_would_be_in_aws(workspace: Workspace) -> None:
    stack = open_sandboxed(workspace, account="444455556666")

    with pytest.raises(TerraformError, match="AWS account ID not allowed: 444455556666") as caught:
        stack.plan()

    (explanation,) = caught.value.explanations
    assert explanation.symptom == "wrong-account"
    assert "another account (444455556666)" in explanation.cause
