"""The commit that a change is measured from, in real repositories, as each engine tells it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from generator.affected.base import base_of
from generator.affected.repository import Repository
from generator.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    call = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, text: str) -> str:
    (folder / "file").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", text)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A clone on a branch: two commits on main, of which it has one, and two of its own."""
    git(tmp_path, "init", "-q")
    commits = {"root": commit(tmp_path, "one")}
    git(tmp_path, "checkout", "-qb", "work")
    commits["mine"] = commit(tmp_path, "two")
    commits["head"] = commit(tmp_path, "three")
    git(tmp_path, "checkout", "-q", "main")
    commits["main"] = commit(tmp_path, "elsewhere")
    git(tmp_path, "checkout", "-q", "work")
    return tmp_path, commits


def _base(folder: Path, since: str | None = None, **variables: str) -> str:
    return base_of(Repository.of(folder), variables, since).commit


def _event(folder: Path, content: object) -> dict[str, str]:
    (folder / ".git" / "event.json").write_text(json.dumps(content))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(folder / ".git" / "event.json")}


def test_of_a_branch_that_went_on_the_base_is_where_head_left_it(clone: tuple[Path, dict[str, str]]) -> None:
    folder, commits = clone
    assert _base(folder) == commits["root"]
    assert _base(folder, "main") == commits["root"]
    assert _base(folder, "HEAD~1") == commits["mine"]


def test_on_the_default_branch_itself_only_what_is_not_committed_is_a_change(
    clone: tuple[Path, dict[str, str]],
) -> None:
    folder, commits = clone
    git(folder, "checkout", "-q", "main")
    assert _base(folder) == commits["main"]


def test_github_tells_it_by_its_event(clone: tuple[Path, dict[str, str]]) -> None:
    folder, commits = clone
    event = _event(folder, {"pull_request": {"base": {"sha": commits["main"]}}})
    assert _base(folder, **event, GITHUB_EVENT_NAME="pull_request") == commits["root"]
    event = _event(folder, {"before": commits["mine"]})
    assert _base(folder, **event, GITHUB_EVENT_NAME="push") == commits["mine"]
    event = _event(folder, {"merge_group": {"base_sha": commits["mine"]}})
    assert _base(folder, **event, GITHUB_EVENT_NAME="merge_group") == commits["mine"]


def test_the_first_push_of_a_branch_is_measured_from_the_default_branch(clone: tuple[Path, dict[str, str]]) -> None:
    folder, commits = clone
    event = _event(folder, {"before": "0" * 40})
    assert _base(folder, **event, GITHUB_EVENT_NAME="push") == commits["root"]


def test_an_event_without_a_base_on_the_default_branch_is_refused_rather_than_nothing(
    clone: tuple[Path, dict[str, str]],
) -> None:
    folder, _ = clone
    git(folder, "checkout", "-q", "main")
    with pytest.raises(UsageError, match="GitHub's event schedule names no commit to compare with"):
        _base(folder, **_event(folder, {}), GITHUB_EVENT_NAME="schedule")


def test_gitlab_codebuild_and_atlantis_tell_it_by_variables(clone: tuple[Path, dict[str, str]]) -> None:
    folder, commits = clone
    git(folder, "update-ref", "refs/remotes/origin/main", commits["main"])
    assert _base(folder, GITLAB_CI="true", CI_MERGE_REQUEST_DIFF_BASE_SHA=commits["root"]) == commits["root"]
    assert _base(folder, GITLAB_CI="true", CI_COMMIT_BEFORE_SHA=commits["mine"]) == commits["mine"]
    assert _base(folder, GITLAB_CI="true", CI_COMMIT_BEFORE_SHA="0" * 40) == commits["root"]
    pull = {"CODEBUILD_BUILD_ID": "a:b", "CODEBUILD_WEBHOOK_BASE_REF": "refs/heads/main"}
    assert _base(folder, **pull) == commits["root"]
    assert _base(folder, CODEBUILD_BUILD_ID="a:b", CODEBUILD_WEBHOOK_PREV_COMMIT=commits["mine"]) == commits["mine"]
    assert _base(folder, ATLANTIS_TERRAFORM_VERSION="1.11.4", BASE_BRANCH_NAME="main") == commits["root"]


def test_what_the_user_names_comes_before_what_the_engine_says(clone: tuple[Path, dict[str, str]]) -> None:
    folder, commits = clone
    assert _base(folder, "HEAD", GITLAB_CI="true", CI_COMMIT_BEFORE_SHA=commits["root"]) == commits["head"]


@pytest.mark.parametrize("since", ["nowhere", "--help", "", "HEAD~99", "main:file"])
def test_a_commit_that_is_not_there_is_refused_with_a_remedy(clone: tuple[Path, dict[str, str]], since: str) -> None:
    with pytest.raises(UsageError, match="this clone has no commit") as found:
        _base(clone[0], since)
    assert found.value.hint


def test_a_shallow_clone_says_that_the_history_is_missing(clone: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, commits = clone
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{folder}", "shallow")
    with pytest.raises(UsageError) as found:
        _base(tmp_path / "shallow", commits["root"])
    assert "fetch-depth: 0" in found.value.hint


def test_histories_that_share_nothing_are_refused(clone: tuple[Path, dict[str, str]]) -> None:
    folder, _ = clone
    git(folder, "checkout", "-q", "--orphan", "other")
    commit(folder, "alone")
    with pytest.raises(UsageError, match="share no history"):
        _base(folder, "main")


def test_without_a_repository_or_a_commit_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="is not in a Git repository"):
        _base(tmp_path)
    git(tmp_path, "init", "-q")
    with pytest.raises(UsageError, match="has no commit yet"):
        _base(tmp_path)


def test_an_event_that_cannot_be_read_is_told(clone: tuple[Path, dict[str, str]]) -> None:
    folder, _ = clone
    (folder / ".git" / "event.json").write_text("{")
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(folder / ".git" / "event.json")}
    with pytest.raises(UsageError, match="cannot be read"):
        _base(folder, **variables, GITHUB_EVENT_NAME="push")
