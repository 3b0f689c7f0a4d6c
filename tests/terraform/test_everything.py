"""The environment with every feature: applied in the sandbox, read back, operated by its own guides, changed, destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from guides import commands_of, failures
from role_sizes import wrong_sizes

from generator.model.loading.load import load_environment
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back
from generator.sandbox.control import running, stop
from generator.workspace import Workspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Command = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

NAME = "everything"
# Commands of the runbook that are not run here, and why.
NOT_RUN = {
    "terraform init": "tfstencil has initialised its own copy",
    "terraform plan -out=change.tfplan": "the apply has been done, by tfstencil",
    "terraform apply change.tfplan": "the same",
    "terraform plan -destroy -out=destroy.tfplan": "the destroy is done by tfstencil at the end",
    "terraform apply destroy.tfplan": "the same",
    "git revert --no-edit HEAD": "there is no repository around the test's workspace",
}
# A change in place of many a part at once.
CHANGES = {
    "CostCenter: ": "Reviewed: yes-indeed, CostCenter: ",
    "rotation_days: 180": "rotation_days: 200",
    "concurrent_builds: 2": "concurrent_builds: 3\n    timeout: 20m",
    "max_builds: 6": "max_builds: 7",
    "rate(1 day)": "rate(2 days)",
    "approval: {}": "approval: {message: Shall it go live}",
    "port: 5432": "port: 5433",
    "statuses: [FAILED, STOPPED, SUCCEEDED]": "statuses: [FAILED, SUCCEEDED]",
    "failure_rate: {}": "failure_rate: {threshold: 40}",
    "amount: 20": "amount: 30",
    "tracing: {}": "tracing: {sampling_percent: 50}",
}

# What of it the guards refuse, and rightly: alarms later, less told, more spent, the key rotated later.
LOOSER = (
    'module.alarms.aws_cloudwatch_metric_alarm.duration["main"]',
    "module.notifications.aws_cloudwatch_event_rule.builds",
    'module.notifications.aws_cloudwatch_event_rule.pipeline["execution"]',
    "module.budget.aws_budgets_budget.this",
    "module.encryption.aws_kms_key.this",
    'module.schedule.aws_scheduler_schedule.this["many"]',
)


@pytest.fixture
def workspace(repository: Path, tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / f"{NAME}.yaml").write_text((repository / "environments" / f"{NAME}.yaml").read_text())
    place = Workspace.find(tmp_path)
    yield place
    stop(place)


def wrong(workspace: Workspace) -> list[dict[str, object]]:
    checks = read_back(running(workspace).endpoint, load_environment(workspace, NAME))
    return [check.as_dict() for check in checks if not check.ok]


def change(workspace: Workspace) -> None:
    file = workspace.environments / f"{NAME}.yaml"
    text = file.read_text()
    for before, after in CHANGES.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    file.write_text(text)


def test_everything_applies_in_the_sandbox_plans_empty_and_leaves_nothing(
    tfstencil: Command, workspace: Workspace
) -> None:
    def run(*arguments: str, exit_code: int = 0) -> str:
        ended = tfstencil(*arguments, timeout=900)
        assert ended.returncode == exit_code, ended.stdout + ended.stderr
        return ended.stdout

    run("render")
    run("apply", NAME, "--sandbox")
    assert wrong(workspace) == []
    run("plan", NAME, "--sandbox", "--detailed-exitcode")

    environment, folder = load_environment(workspace, NAME), workspace.modules_out / NAME
    commands = [*commands_of(folder / "RUNBOOK.md"), *commands_of(folder / "TROUBLESHOOTING.md")]
    assert set(NOT_RUN) <= set(commands)
    assert wrong_sizes(running(workspace).endpoint, environment) == []
    assert failures(workspace, environment, [each for each in commands if each not in NOT_RUN]) == []

    change(workspace)
    run("render")
    shown = run("plan", NAME, "--sandbox", "--detailed-exitcode", exit_code=2)
    assert not any(word in shown for word in ("to create", "to replace", "to destroy"))
    run("apply", NAME, "--sandbox", *(word for each in LOOSER for word in ("--allow", f"unprotect:{each}")))
    assert wrong(workspace) == []
    run("plan", NAME, "--sandbox", "--detailed-exitcode")

    endpoint = running(workspace).endpoint
    run("destroy", NAME, "--sandbox")
    assert left_over(endpoint, environment.spec.account, environment.spec.region) == []
