"""`apply` and `destroy` of many environments, with a terraform that notes its calls and does what the test wants."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

# The folder that terraform runs in is named after the environment.
SCRIPT = """\
#!/bin/sh
environment=$(basename "$PWD")
echo "$1 $environment" >> {folder}/calls
for word in "$@"; do
  case "$word" in -out=*) echo plan > "${{word#-out=}}" ;; esac
done
case "$1" in
version) echo '{{"terraform_version": "1.11.4", "platform": "linux_amd64"}}' ;;
plan) if [ -e {folder}/plan-fails-$environment ]; then echo broken >&2; exit 1; fi; exit 2 ;;
show) cat {folder}/plan.json ;;
apply)
  for name in one two; do
    echo "{{\\"type\\": \\"apply_start\\", \\"hook\\": {{\\"resource\\": {{\\"addr\\": \\"a_b.$name\\"}}, \\"action\\": \\"create\\"}}}}"
    sleep 0.$(cat {folder}/tenths-$environment 2>/dev/null || echo 0)
    echo "{{\\"type\\": \\"apply_complete\\", \\"hook\\": {{\\"resource\\": {{\\"addr\\": \\"a_b.$name\\"}}, \\"action\\": \\"create\\"}}}}"
    if [ -e {folder}/apply-fails-$environment ]; then echo broken >&2; exit 1; fi
  done ;;
esac
"""


class Fleet:
    """Rendered environments of three classes, and the terraform that works on them."""

    def __init__(self, call: Runner, workspace: Workspace, folder: Path) -> None:
        self.workspace = workspace
        self.folder = folder
        self._call = call
        program = folder / "bin" / "terraform"
        program.parent.mkdir()
        program.write_text(SCRIPT.format(folder=folder))
        program.chmod(0o755)
        change: dict[str, object] = {"actions": ["create"], "before": None, "after": {}}
        resource = {"address": "a_b.one", "type": "a_b", "name": "one", "change": change}
        (folder / "plan.json").write_text(json.dumps({"resource_changes": [resource]}))

    def set(self, fault: str, text: str = "") -> None:
        """Make terraform fail, or slow."""
        (self.folder / fault).write_text(text)

    def heal(self, fault: str) -> None:
        """Undo `set`, and forget the calls."""
        (self.folder / fault).unlink()
        (self.folder / "calls").unlink()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line."""
        return self._call("-C", self.workspace.root, *arguments)

    def calls(self, verb: str) -> list[str]:
        """List the environments for which terraform was given a command, in order."""
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.split()[1] for line in lines if line.startswith(f"{verb} ")]


@pytest.fixture
def fleet(call: Runner, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """Render dev, dev-two, staging and prod."""
    for name in ("dev-two", "staging"):
        workspace.spec_path(name).write_text('extends: _base\naccount: "222233334444"\n')
    assert call("-C", workspace.root, "render").returncode == 0
    made = Fleet(call, workspace, tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return made


ALL = ("dev", "dev-two", "prod", "staging", "--yes", "prod")


def statuses(ended: subprocess.CompletedProcess[str]) -> Mapping[str, str]:
    return {item["name"]: item["status"] for item in json.loads(ended.stdout)["environments"]}


@pytest.mark.thorough
def test_waves_go_from_dev_over_staging_to_prod(fleet: Fleet) -> None:
    ended = fleet.run("apply", *ALL, "--wave")
    assert ended.returncode == 0, ended.stderr
    assert fleet.calls("apply") == ["dev", "dev-two", "staging", "prod"]
    assert "Wave 1 of 3: dev (2 environments)" in ended.stdout
    assert re.search(r"^prod +prod +applied +2 +0 +0", ended.stdout, re.MULTILINE)
    assert "4 environments: 4 applied" in ended.stdout


def test_each_wave_is_planned_after_the_one_before_was_applied(fleet: Fleet) -> None:
    fleet.run("apply", *ALL, "--wave", "--parallelism", "1")
    lines = (fleet.folder / "calls").read_text().splitlines()
    assert lines.index("apply dev-two") < lines.index("plan staging") < lines.index("apply staging")


@pytest.mark.thorough
def test_what_goes_last_is_destroyed_first(fleet: Fleet) -> None:
    assert fleet.run("destroy", *ALL, "--wave").returncode == 0
    assert fleet.calls("apply") == ["prod", "staging", "dev", "dev-two"]


@pytest.mark.thorough
def test_without_waves_all_plans_are_made_before_anything_is_applied(fleet: Fleet) -> None:
    fleet.run("apply", *ALL)
    lines = [line for line in (fleet.folder / "calls").read_text().splitlines() if line.split()[0] in {"plan", "apply"}]
    assert [line.split()[0] for line in lines] == ["plan"] * 4 + ["apply"] * 4


def test_a_failure_in_a_wave_stops_promotion_and_says_what_was_not_begun(fleet: Fleet) -> None:
    fleet.set("apply-fails-staging")
    ended = fleet.run("apply", *ALL, "--wave", "--json")
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert statuses(ended) == {"dev": "applied", "dev-two": "applied", "prod": "not begun", "staging": "failed"}
    assert document["error"]["exit_code"] == 1
    assert fleet.calls("plan").count("prod") == 0
    assert "tfstencil apply --resume" in ended.stderr
    # What was done before the failure is told.
    assert [item["done"] for item in document["environments"] if item["name"] == "staging"] == [{"create": 1}]


@pytest.mark.thorough
def test_resume_begins_where_it_stopped(fleet: Fleet) -> None:
    fleet.set("apply-fails-staging")
    fleet.run("apply", *ALL, "--wave")
    fleet.heal("apply-fails-staging")
    ended = fleet.run("apply", "--resume", "--yes", "prod", "--json")
    assert ended.returncode == 0, ended.stderr
    assert fleet.calls("apply") == ["staging", "prod"]
    assert statuses(ended)["dev"] == "finished before"
    assert fleet.run("apply", "--resume", "--yes", "prod").returncode == 2, "there is nothing left to resume"


@pytest.mark.thorough
def test_resume_does_again_what_was_finished_with_other_modules(fleet: Fleet) -> None:
    fleet.set("apply-fails-staging")
    fleet.run("apply", *ALL, "--wave")
    fleet.heal("apply-fails-staging")
    fleet.workspace.spec_path("dev").write_text('extends: _base\naccount: "111122223333"\nlogs: {retention_days: 3}\n')
    assert fleet.run("render").returncode == 0
    fleet.run("apply", "--resume", "--yes", "prod")
    assert fleet.calls("apply") == ["dev", "staging", "prod"]


@pytest.mark.thorough
def test_resume_of_a_run_whose_process_died(fleet: Fleet) -> None:
    records = fleet.workspace.scratch / "rollouts" / "real-apply.json"
    fleet.set("apply-fails-staging")
    fleet.run("apply", *ALL, "--wave")
    written = json.loads(records.read_text())
    assert sorted(written["finished"]) == ["dev", "dev-two"]


@pytest.mark.parametrize("words", [["dev", "--resume"], ["--wave", "--resume"]])
def test_resume_takes_no_environments_and_no_order(words: list[str], fleet: Fleet) -> None:
    ended = fleet.run("apply", *words, "--yes")
    assert ended.returncode == 2
    assert "--resume takes the environments and the order" in ended.stderr


@pytest.mark.thorough
def test_resume_asks_for_the_name_of_prod_again(fleet: Fleet) -> None:
    fleet.set("apply-fails-dev")
    assert fleet.run("apply", "dev", "prod", "--yes", "prod").returncode == 1
    fleet.heal("apply-fails-dev")
    assert "tfstencil apply --resume --yes prod" in fleet.run("apply", "--resume", "--yes").stderr
    assert "names none of the environments" in fleet.run("apply", "--resume", "--yes", "staging").stderr
    assert fleet.run("apply", "--resume", "--yes", "prod").returncode == 0


def test_a_plan_that_fails_keeps_its_wave_from_being_applied(fleet: Fleet) -> None:
    fleet.set("plan-fails-dev-two")
    ended = fleet.run("apply", *ALL, "--wave", "--json")
    assert ended.returncode == 1
    assert fleet.calls("apply") == []
    assert statuses(ended) == dict.fromkeys(("dev", "prod", "staging"), "not begun") | {"dev-two": "failed"}
    assert list(fleet.workspace.scratch.rglob("*.tfplan")) == []


@pytest.mark.thorough
def test_output_of_environments_side_by_side_is_never_interleaved(fleet: Fleet) -> None:
    for name in ("dev", "dev-two", "prod", "staging"):
        fleet.set(f"tenths-{name}", "2")
    begin = time.monotonic()
    ended = fleet.run("apply", *ALL, "--parallelism", "4")
    assert ended.returncode == 0
    assert time.monotonic() - begin < 12
    block = re.compile(
        r"^([\w-]+): apply\n  created a_b\.one\n  created a_b\.two\n  applied: 2 created in \d+ s$", re.MULTILINE
    )
    assert sorted(block.findall(ended.stdout)) == ["dev", "dev-two", "prod", "staging"]


@pytest.mark.thorough
def test_after_a_failure_side_by_side_what_runs_is_finished_and_nothing_new_begins(fleet: Fleet) -> None:
    fleet.set("apply-fails-dev")
    fleet.set("tenths-dev-two", "8")
    ended = fleet.run("apply", *ALL, "--parallelism", "2", "--json")
    assert statuses(ended) == {"dev": "failed", "dev-two": "applied", "prod": "not begun", "staging": "not begun"}


@pytest.mark.thorough
def test_the_longest_of_last_time_begins_first(fleet: Fleet) -> None:
    fleet.set("tenths-staging", "6")
    fleet.set("tenths-dev-two", "3")
    fleet.run("apply", *ALL, "--parallelism", "1")
    (fleet.folder / "calls").unlink()
    fleet.run("apply", *ALL, "--parallelism", "2")
    assert set(fleet.calls("apply")[:2]) == {"dev-two", "staging"}


@pytest.mark.thorough
def test_one_after_the_other_goes_by_name(fleet: Fleet) -> None:
    fleet.run("apply", *ALL)
    assert fleet.calls("apply") == ["dev", "dev-two", "prod", "staging"]


def test_one_environment_alone_has_no_summary_and_leaves_nothing_to_resume(fleet: Fleet) -> None:
    fleet.set("apply-fails-dev")
    ended = fleet.run("apply", "dev", "--yes")
    assert ended.returncode == 1
    assert "environment " not in ended.stdout
    assert "--resume" not in ended.stderr
    assert fleet.run("apply", "--resume", "--yes", "prod").returncode == 2


def test_a_plan_that_fails_does_not_hide_the_plans_of_the_others(fleet: Fleet) -> None:
    fleet.set("plan-fails-staging")
    ended = fleet.run("plan", "--json")
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert [item["name"] for item in document["environments"]] == ["dev", "dev-two", "prod"]
    assert list(document["failures"]) == ["staging"]
    shown = fleet.run("plan")
    assert "staging: terraform plan failed" in shown.stderr
    assert "shop (real) · same in 3 environments (dev, dev-two, prod)" in shown.stdout


@pytest.mark.thorough
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("arguments", [("apply", *ALL, "--parallelism", "2"), ("apply", "dev", "--yes"), ("plan",)])
def test_a_run_that_a_signal_ended_says_so_by_130_however_many_it_was_about(
    fleet: Fleet, arguments: tuple[str, ...], sent: signal.Signals
) -> None:
    for name in ("dev", "dev-two", "prod", "staging"):
        fleet.set(f"tenths-{name}", "9")
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "-C", str(fleet.workspace.root), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wanted = "show" if arguments[0] == "plan" else arguments[0]
    deadline = time.monotonic() + 60
    while not ((fleet.folder / "calls").is_file() and fleet.calls(wanted)) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", ["0", "-1", "x", "65"])
def test_a_wrong_parallelism_is_wrong_usage(number: str, fleet: Fleet) -> None:
    assert fleet.run("apply", *ALL, "--parallelism", number).returncode == 2
