"""Ambient variables change nothing: with each variable that steers terraform, the same plan JSON."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from generator.terraform import Mode, open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

ROOT = """\
terraform {
  backend "local" {}
}

variable "size" {
  type    = number
  default = 1
}

resource "terraform_data" "these" {
  count = var.size

  input = terraform.workspace
}
"""
# https://developer.hashicorp.com/terraform/cli/config/environment-variables, and what else terraform 1.11 reads.
STEERING = {
    "TF_CLI_ARGS": "-bogus",
    "TF_CLI_ARGS_init": "-upgrade -bogus",
    "TF_CLI_ARGS_plan": "-destroy",
    "TF_CLI_ARGS_apply": "-destroy",
    "TF_CLI_ARGS_show": "-bogus",
    "TF_WORKSPACE": "other",
    "TF_DATA_DIR": "/nowhere/data",
    "TF_VAR_size": "3",
    "TF_INPUT": "1",
    "TF_IN_AUTOMATION": "",
    "TF_LOG": "trace",
    "TF_LOG_CORE": "trace",
    "TF_LOG_PROVIDER": "trace",
    "TF_LOG_PATH": "LOG",
    "TF_TEMP_LOG_PATH": "LOG",
    "TF_REATTACH_PROVIDERS": '{"hashicorp/aws": {"Protocol": "grpc", "Pid": 1}}',
    "TF_STATE_PERSIST_INTERVAL": "1",
    "TF_FORCE_LOCAL_BACKEND": "1",
    "TF_IGNORE": "trace",
    "TF_APPEND_USER_AGENT": "other",
    "TF_CLOUD_ORGANIZATION": "other",
    "TF_CLOUD_HOSTNAME": "app.example.com",
    "TF_CLOUD_PROJECT": "other",
    "TF_ENABLE_PLUGGABLE_STATE_STORAGE": "1",
    "TF_ACC": "1",
    "TF_X_ANYTHING": "1",
    "TFE_TOKEN": "x",
    "CHECKPOINT_DISABLE": "",
    "GODEBUG": "http2debug=2",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("ambient")
    (root / "environments").mkdir()
    (root / "modules_out" / "dev").mkdir(parents=True)
    (root / "modules_out" / "dev" / "main.tf").write_text(ROOT)
    return Workspace.find(root)


def plan(workspace: Workspace, **ambient: str) -> dict[str, Any]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(workspace.root)} | ambient
    stack = open_stack(workspace, "dev", Mode.REAL, account="111122223333", region="us-east-1", environ=environ)
    stack.init(force=True)
    raw = dict(stack.plan().plan.raw)
    del raw["timestamp"]
    return raw


@pytest.fixture(scope="module")
def plain(workspace: Workspace) -> str:
    return json.dumps(plan(workspace), sort_keys=True)


@pytest.mark.parametrize("name", STEERING)
def test_a_variable_of_the_shell_changes_no_plan(
    name: str, plain: str, workspace: Workspace, tmp_path: Path, score: Callable[..., None]
) -> None:
    log = tmp_path / "log"
    with_it = plan(workspace, **{name: STEERING[name].replace("LOG", str(log))})
    assert json.dumps(with_it, sort_keys=True) == plain
    assert not log.exists()
    left = {path.name for path in (workspace.modules_out / "dev").iterdir()}
    assert left <= {"main.tf", ".terraform.lock.hcl"}
    score("Ambient variables change nothing")
