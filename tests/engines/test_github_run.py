"""The workflow that `ci generate github` writes, run whole: a pull request, a shard that is killed, and the merge."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from engine_runner import Runner

from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Call = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.engines
_LOGS = "modules/logs/main.tf.j2"


def git(folder: Path, *arguments: str) -> str:
    call = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def _commit(folder: Path, subject: str) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", subject)
    return git(folder, "rev-parse", "HEAD")


def _replace(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


@pytest.fixture
def clone(call: Call, workspace: Workspace, tmp_path: Path) -> Path:
    """The small workspace with a template of its own and its workflow, pushed to a bare repository."""
    root = workspace.root
    (workspace.environments / "more.yaml").write_text('extends: _base\nclass: dev\naccount: "444455556666"\n')
    own = root / "templates" / _LOGS
    own.parent.mkdir(parents=True)
    shutil.copy(bundled_templates() / _LOGS, own)
    (root / ".gitignore").write_text(".tfstencil/\n.terraform/\n")
    assert call("-C", root, "render").returncode == 0
    git(root, "init", "-q")
    assert call("-C", root, "ci", "generate", "github").returncode == 0
    _commit(root, "as it was")
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    git(root, "remote", "add", "origin", str(tmp_path / "bare.git"))
    git(root, "push", "-q", "origin", "main")
    return root


@pytest.fixture
def runner(clone: Path, tmp_path: Path) -> Runner:
    return Runner(clone, tmp_path)


def _change(call: Call, clone: Path, *names: str) -> str:
    """Change environments and refactor a template that all of them share."""
    git(clone, "switch", "-qc", "change")
    for name in names:
        file = clone / "environments" / f"{name}.yaml"
        file.write_text(file.read_text() + "builds:\n  main: {timeout: 20m}\n")
    template = clone / "templates" / _LOGS
    template.write_text("{# What a reader of HCL need not know. #}\n" + template.read_text())
    assert call("-C", clone, "render").returncode == 0
    return _commit(clone, "a change")


def _pull_request(clone: Path) -> dict[str, object]:
    base = {"sha": git(clone, "rev-parse", "main"), "ref": "main"}
    return {
        "pull_request": {"number": 7, "base": base, "head": {"repo": {"fork": False}}},
        "repository": {"default_branch": "main"},
    }


def test_a_pull_request_plans_what_it_changes_and_says_so_in_one_comment(
    call: Call, clone: Path, runner: Runner
) -> None:
    _change(call, clone, "dev")
    ended = runner.run("pull_request", _pull_request(clone))
    assert ended.code == 0, ended.log
    calls = runner.noted("calls.log").splitlines()
    assert [each for each in calls if each.startswith("plan")] == ["plan dev --offline --json"]
    assert "apply" not in " ".join(calls)
    comment = runner.noted("comment.md")
    assert comment.startswith("<!-- tfstencil plan -->\n## Plan of 1 environment (offline)")
    assert "--method POST" in runner.noted("gh.log")
    again = runner.run("pull_request", _pull_request(clone))
    assert again.code == 0, again.log
    assert "--method PATCH repos/it/comments/1" in runner.noted("gh.log")


def test_a_killed_shard_is_said_and_fails_the_run(call: Call, clone: Path, runner: Runner) -> None:
    _change(call, clone, "dev", "more")
    ended = runner.run("pull_request", _pull_request(clone), killed="1/2")
    assert ended.code != 0
    comment = runner.noted("comment.md")
    assert "shard 1/2 left an empty or broken result: it was stopped while it planned" in comment
    assert "🟥 1 without a plan · ✅ 1 safe" in comment
    assert ended.result("summary") == "failed"


def test_a_merge_applies_what_was_changed_and_nothing_else(call: Call, clone: Path, runner: Runner) -> None:
    before, after = git(clone, "rev-parse", "main"), _change(call, clone, "dev")
    git(clone, "switch", "-q", "main")
    git(clone, "merge", "-q", "change")
    payload = {"before": before, "after": after, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    ended = runner.run("push", payload, TFSTENCIL_APPLY_ROLE="arn:aws:iam::111122223333:role/apply")
    assert ended.code == 0, ended.log
    applied = [each for each in runner.noted("calls.log").splitlines() if each.startswith("apply")]
    assert len(applied) == 1
    assert applied[0].startswith("apply dev --markdown ")
    assert applied[0].endswith("--yes dev")
    assert ended.result("apply prod") == "did not run"
