"""Every other shipped environment: applied in the sandbox, read back, changed in place and destroyed, leaving nothing.

One terraform does so for all of them, each as a module, in one account and region: it and its provider start once instead of
nine times, and wait for the lifecycle rules of all buckets at once.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from estate_root import write_root
from role_sizes import wrong_sizes

from generator.operations.plans.fleet_members import prepare
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back
from generator.sandbox.control import start, stop
from generator.terraform.adapter import Terraform
from generator.terraform.mode import Mode
from generator.terraform.plan_options import PlanOptions
from generator.terraform.process.ignored_environment import child_environment, mock_credentials
from generator.terraform.tools.programs import find_tools
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.operations.plans.fleet_members import PreparedMember
    from generator.terraform.results import PlanRun

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

# It has a test of its own.
ELSEWHERE = "everything"
ACCOUNT = "111122223333"
REGION = "eu-central-1"


@pytest.fixture
def workspace(repository: Path, tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "environments").mkdir()
    for spec in (repository / "environments").glob("*.yaml"):
        if spec.stem != ELSEWHERE:
            text = re.sub(r"\b(\d)\1{3}(\d)\2{3}(\d)\3{3}\b", ACCOUNT, spec.read_text())
            text = re.sub(r"\b[a-z]{2}-(?:central|east|west)-\d\b", REGION, text)
            (tmp_path / "environments" / spec.name).write_text(text)
    place = Workspace.find(tmp_path)
    yield place
    stop(place)


def tag(workspace: Workspace) -> None:
    """Give every resource of every environment one more tag."""
    for file in workspace.environments.glob("*.yaml"):
        text = re.sub(r"^tags: \{", "tags: {Reviewed: today, ", file.read_text(), flags=re.MULTILINE)
        file.write_text(re.sub(r"^tags:$", "tags:\n  Reviewed: today", text, flags=re.MULTILINE))


def wrong(fleet: list[PreparedMember], endpoint: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    for one in fleet:
        checks = read_back(endpoint, one.environment)
        assert checks
        found += [(one.name, check.as_dict()) for check in checks if not check.ok]
        if one.environment.spec.builds:
            found += [(one.name, {"role": role}) for role in wrong_sizes(endpoint, one.environment)]
    return found


def changes(run: PlanRun) -> dict[str, int]:
    """Tell how many resources a plan adds, changes and removes, without starting terraform once more to show it."""
    events: list[dict[str, Any]] = [json.loads(line) for line in run.result.out.splitlines() if line.startswith("{")]
    (summary,) = (event["changes"] for event in events if event["type"] == "change_summary")
    return {kind: summary[kind] for kind in ("add", "change", "remove") if summary[kind]}


def test_every_shipped_environment_lives_from_apply_over_a_change_to_destroy(workspace: Workspace) -> None:
    # What `shared` uses is not there in an empty sandbox: tests/sandbox/test_sandbox_existing.py makes it first.
    names = [name for name in workspace.environment_names() if name != "shared"]
    tools, run = find_tools(), workspace.scratch / "all"
    endpoint, root, file = start(workspace).endpoint, run / "root", run / "plan"
    environment = child_environment(os.environ, Mode.SANDBOX) | tools.variables(run, throwaway_lock=True)
    environment |= mock_credentials(ACCOUNT, REGION, endpoint)
    terraform = Terraform(tools.binary.path, folder=root, environment=environment, logs=run / "logs")

    def apply() -> tuple[dict[str, int], list[PreparedMember]]:
        fleet = prepare(workspace, names).environments
        write_root(root, {one.name: one.files for one in fleet}, account=ACCOUNT, region=REGION)
        terraform.init()
        done = changes(terraform.plan(file))
        terraform.apply(file, parallelism=25)
        assert wrong(fleet, endpoint) == []
        assert not terraform.plan(file).has_changes
        return done, fleet

    made, fleet = apply()
    assert set(made) == {"add"}
    tag(workspace)
    changed, fleet = apply()
    assert set(changed) == {"change"}
    assert all(one.environment.spec.tags["Reviewed"] == "today" for one in fleet)
    gone = terraform.plan(file, PlanOptions(destroy=True))
    assert changes(gone) == {"remove": made["add"]}
    terraform.apply(file, parallelism=25)
    assert left_over(endpoint, ACCOUNT, REGION) == []
