"""One writer: two applies at once, and a lock that was left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest
from estate import Estate, terraforms_below

from generator.errors import TerraformError
from generator.terraform import find_tools
from generator.terraform.plan_options import PlanOptions
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault_proxy import Call, FaultProxy

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

PROMISE = "One writer"


def clone_of(estate: Estate, root: Path) -> Workspace:
    """Copy the workspace as another person has it: without what is kept of runs."""
    shutil.copytree(estate.workspace.root, root, ignore=shutil.ignore_patterns(".tfstencil"))
    return Workspace.find(root)


def symptoms(told: str) -> set[str]:
    return {item["symptom"] for item in json.loads(told).get("error", {}).get("explanations", [])}


@pytest.mark.parametrize("where", ["in two clones", "in one workspace"])
def test_two_applies_at_once_make_everything_once(
    where: str, tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    other = clone_of(estate, tmp_path / "clone") if where == "in two clones" else estate.workspace
    proxy.delay = 0.05
    both = [
        estate.start("apply", "dev", "--yes", "--json"),
        estate.start("apply", "dev", "--yes", "--json", root=other.root),
    ]
    ended = [(*process.communicate(timeout=300), process.returncode) for process in both]
    codes = sorted(code for _, _, code in ended)
    assert codes in ([0, 0], [0, 1]), ended
    for told, _, code in ended:
        # Who was too late is told so, and has changed nothing.
        assert code == 0 or symptoms(told) <= {"stale-plan", "state-locked"} != set()
    assert [call.name for call in proxy.calls].count("iam:CreateRole") == 3
    assert estate.known() == estate.exists()
    assert len(estate.exists()) == 6
    assert not estate.is_locked()
    score(PROMISE)


def test_a_held_lock_says_who_holds_it_and_is_left_alone(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    arrived, go_on = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        if call.name == "iam:CreateRole":
            arrived.set()
            go_on.wait(120)

    proxy.judge = hold
    first = estate.start("apply", "dev", "--yes")
    try:
        assert arrived.wait(120)
        second = estate.stack(find_tools(), workspace=clone_of(estate, tmp_path / "clone"))
        with pytest.raises(TerraformError) as caught:
            second.plan(PlanOptions(lock_timeout="0s"))
        (explanation,) = caught.value.explanations
        lock = json.loads(estate.object(f"{estate.state_key()}.tflock"))
        assert explanation.symptom == "state-locked"
        assert lock["Who"] in explanation.cause
        assert lock["Created"][:10] in explanation.cause
        assert f"tfstencil state unlock dev {lock['ID']}" in explanation.remedy
        assert estate.is_locked()
    finally:
        go_on.set()
        _, said = first.communicate(timeout=300)
    assert first.returncode == 0, said
    score(PROMISE)


def test_a_lock_that_a_killed_terraform_has_left_needs_its_id(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    killed: list[int] = []

    def kill(call: Call) -> None:
        if call.name == "logs:CreateLogGroup" and not killed:
            # Terraform writes down what is done a little later.
            time.sleep(1)
            killed.extend(terraforms_below(estate.workspace.root))
            for process in killed:
                os.kill(process, signal.SIGKILL)

    proxy.judge = kill
    ended = estate.run("apply", "dev", "--yes")
    proxy.heal()
    assert ended.returncode == 1
    assert "was ended by signal 9" in ended.stderr
    assert "tfstencil state rescue dev" in ended.stderr
    assert estate.is_locked()

    (lock,) = {json.loads(estate.object(f"{estate.state_key()}.tflock"))["ID"]}
    wrong = estate.run("state", "unlock", "dev", "00000000-0000-0000-0000-000000000000")
    assert wrong.returncode == 1
    assert estate.is_locked()
    right = estate.run("state", "unlock", "dev", lock)
    assert right.returncode == 0, right.stderr
    assert not estate.is_locked()

    # Terraform keeps what it does in memory for a while: what it had made is told, with what imports it.
    lost = estate.run("state", "rescue", "dev")
    assert lost.returncode == 1
    assert "3 resources exist that the state does not know" in lost.stderr
    assert "terraform import 'aws_iam_role.these[\"one\"]' dev-one" in lost.stderr
    score(PROMISE, 2)
