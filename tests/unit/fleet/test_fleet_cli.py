"""`plan --offline` over many environments, and the pytest plugin, as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Runner = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

BASE = """\
stack: shop
class: dev
source: {type: github, repository: https://github.com/acme-platform/shop, branch: main}
builds: {main: {runtime: {nodejs: 18}}}
tags: {Owner: platform-team, CostCenter: "1234"}
"""
USERS_TEST = """\
def test_artifacts_are_versioned(plan):
    versioning = plan("one").modules["module.artifacts"].resources["aws_s3_bucket_versioning.this"]
    assert versioning["values"]["versioning_configuration"][0]["status"] == "Enabled"


def test_outputs_name_the_environment(plan):
    assert plan("two").outputs["log_group_name"] == "/aws/codebuild/shop-two"


def test_an_unknown_environment_fails(plan):
    plan("three")
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Write specs of six environments in two regions, one of them with another retention."""
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "_base.yaml").write_text(BASE)
    for number, name in enumerate(("one", "two", "three", "four", "five", "odd")):
        region = ("us-east-1", "eu-west-1")[number % 2]
        more = "logs: {retention_days: 30}\n" if name == "odd" else ""
        (folder / f"{name}.yaml").write_text(
            f'extends: _base\nregion: {region}\naccount: "11112222333{number}"\n{more}'
        )
    return tmp_path


def test_many_environments_are_planned_once_and_equal_changes_said_once(fleet: Path, tfstencil: Runner) -> None:
    assert tfstencil("render").returncode == 0
    ended = tfstencil("plan", "--offline", "--markdown", "plan.md")
    assert ended.returncode == 0, ended.stderr
    assert "same in 5 environments (five, four, one, three, two)" in ended.stdout
    assert "Not as five because of logs.retention_days: 1 difference" in ended.stdout
    assert "6 environments planned" in ended.stderr
    assert "by 1 terraform run" in ended.stderr
    assert "| odd | 18 to create | not as five: `logs.retention_days` |" in (fleet / "plan.md").read_text()
    assert "retention_in_days: 30 instead of 7" in (fleet / "plan.md").read_text()
    again = json.loads(tfstencil("plan", "--offline", "--json").stdout)
    assert [item["cached"] for item in again["environments"]] == [True] * 6
    assert [group["environments"] for group in again["groups"]][1] == ["odd"]
    assert tfstencil("plan", "--offline", "--detailed-exitcode").returncode == 2
    assert not list((fleet / ".tfstencil").rglob("*.tfplan"))


def test_a_file_of_the_users_own_beside_the_modules_is_planned_too(fleet: Path, tfstencil: Runner) -> None:
    assert tfstencil("render").returncode == 0
    (fleet / "modules_out/one/own.tf").write_text('resource "aws_sns_topic" "own" {\n  name = "own"\n}\n')
    ended = tfstencil("plan", "--offline", "one", "two", "--json")
    assert ended.returncode == 0, ended.stderr
    one, two = (json.dumps(item) for item in json.loads(ended.stdout)["environments"])
    assert "aws_sns_topic.own" in one
    assert "aws_sns_topic.own" not in two


def test_an_environment_that_does_not_plan_is_led_back_to_its_spec(fleet: Path, tfstencil: Runner) -> None:
    template = fleet / "templates" / "modules" / "logs" / "variables.tf.j2"
    template.parent.mkdir(parents=True)
    shipped = tfstencil("-C", ".", "render")
    assert shipped.returncode == 0
    text = (fleet / "modules_out/one/modules/logs/variables.tf").read_text()
    # A rule of our own, which only one environment breaks.
    rule = '  validation {\n    condition     = var.retention_days < 30\n    error_message = "too long"\n  }\n'
    head, mark, rest = text.partition('variable "retention_days" {')
    template.write_text(head.split("\n\n", 1)[-1] + mark + rest.replace("\n}\n", f"\n\n{rule}}}\n", 1))
    assert tfstencil("render").returncode == 0
    ended = tfstencil("plan", "--offline", "--json")
    assert ended.returncode == 1
    data = json.loads(ended.stdout)
    assert set(data["failures"]) == {"odd"}
    assert len(data["environments"]) == 5
    assert "too long" in data["failures"]["odd"]
    assert "environments/odd.yaml:4:" in data["failures"]["odd"]
    assert "modules_out/odd/main.tf" in data["failures"]["odd"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "under xdist"])
def test_a_users_tests_get_the_plans_from_the_plugin(workers: tuple[str, ...], fleet: Path) -> None:
    for name in ("three", "four", "five", "odd"):
        (fleet / "environments" / f"{name}.yaml").unlink()
    (fleet / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (fleet / "test_stack.py").write_text(USERS_TEST)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers],
        cwd=fleet,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr
    assert "1 failed" in ended.stdout
    assert "no environment 'three'; there are: one, two" in ended.stdout
    # Whoever came second found the plans in the cache.
    assert len(list((fleet / ".tfstencil/fleet/0/logs").glob("*-plan.out"))) == 1
