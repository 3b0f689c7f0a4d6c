"""The example parts, applied in the sandbox and read back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from generator.operations.plans.fleet_members import prepare
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back
from generator.terraform.mode import Mode
from generator.terraform.stack import open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from generator.sandbox.control import SandboxInfo

pytestmark = [pytest.mark.terraform]
FORGOTTEN = {
    "module.alert_bot.aws_iam_role_policy.clock",
    "module.alert_bot.aws_lambda_function.this",
    "module.site.aws_cloudfront_distribution.this",
    "module.site.aws_s3_bucket_policy.this",
}


def test_the_example_parts_exist_after_an_apply(
    repository: Path, tmp_path: Path, sandbox: SandboxInfo, account: str
) -> None:
    for folder in ("environments", "parts"):
        shutil.copytree(repository / "examples" / folder, tmp_path / folder)
    spec = tmp_path / "environments" / "dev.yaml"
    spec.write_text(spec.read_text().replace("111122223333", account))
    workspace = Workspace(tmp_path)
    (prepared,) = prepare(workspace, ["dev"], alone=True).environments
    for path, text in prepared.files.items():
        file = workspace.modules_out / "dev" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    stack = open_stack(workspace, "dev", Mode.SANDBOX, account=account, region="us-east-1", endpoint=sandbox.endpoint)
    stack.apply(stack.plan())
    found = read_back(sandbox.endpoint, prepared.environment)
    own = [check for check in found if check.spec_key.partition(".")[0] in {"alert_bot", "site", "shared_files"}]
    assert {check.subject.partition(" ")[0] for check in own} >= {"Lambda", "EFS", "S3"}
    assert [check.as_dict() for check in own if not check.ok] == []
    again = stack.plan()
    # Moto forgets where a function logs, and some of a distribution: those two, and the policies that name them, come again.
    pending = {one.address for one in again.plan.resources if one.actions not in {("no-op",), ("read",)}}
    assert pending == FORGOTTEN
    stack.destroy()
    catalog = type(prepared.environment.spec).catalog
    assert left_over(sandbox.endpoint, account, "us-east-1", catalog) == []
