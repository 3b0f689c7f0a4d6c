"""The files of an engine: generated, checked, and never written over what is not ours."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from generator import __version__
from generator.engines.pipeline import ACTIONS, pipeline
from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.workspace import Workspace

    Call = Callable[..., subprocess.CompletedProcess[str]]

WORKFLOW = ".github/workflows/tfstencil.yml"


def _jobs() -> dict[str, Any]:
    (file,) = pipeline("github")
    jobs: dict[str, Any] = yaml.safe_load(file.text)["jobs"]
    return jobs


def _steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in _jobs().items():
        yield from ((name, step) for step in job["steps"])


def test_every_action_is_a_full_commit_with_its_version_beside_it() -> None:
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in ACTIONS.values())
    (file,) = pipeline("github")
    used = set(re.findall(r"uses: (.*)", file.text))
    assert used == set(ACTIONS.values())


def test_no_expression_stands_in_a_script() -> None:
    assert not [step["run"] for _, step in _steps() if "${{" in step.get("run", "")]


def test_every_job_has_an_end_and_permissions_of_its_own() -> None:
    (file,) = pipeline("github")
    assert yaml.safe_load(file.text)["permissions"] == {}
    for job in _jobs().values():
        assert job["timeout-minutes"] <= 120
        assert "permissions" in job
    writing = {name for name, job in _jobs().items() if "pull-requests" in job["permissions"]}
    assert writing == {"summary"}


def test_a_checkout_keeps_no_token() -> None:
    checkouts = [step for _, step in _steps() if "checkout" in step.get("uses", "")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_classes_are_applied_one_after_the_other_and_never_stopped() -> None:
    jobs = _jobs()
    assert "apply-dev" in jobs["apply-staging"]["needs"]
    assert "apply-staging" in jobs["apply-prod"]["needs"]
    for title in ("dev", "staging", "prod"):
        job = jobs[f"apply-{title}"]
        assert job["environment"] == f"tfstencil-{title}"
        assert job["concurrency"] == {"group": f"tfstencil-apply-{title}", "cancel-in-progress": False}


def test_jobs_install_this_version() -> None:
    installing = [step["run"] for _, step in _steps() if step.get("run", "").startswith("pip")]
    assert set(installing) == {f'pip install --quiet "tfstencil=={__version__}"'}


@pytest.mark.parametrize("folder", ["a b", "-C", "a/../b", "a$(id)", "${{x}}", "a\nb", ".hidden", "a//b", "a/", "ä"])
def test_a_folder_that_a_shell_would_read_otherwise_is_refused(folder: str) -> None:
    with pytest.raises(UsageError, match="is not a folder that a pipeline can name"):
        pipeline("github", folder)


def test_what_is_generated_is_up_to_date_until_somebody_edits_it(call: Call, workspace: Workspace) -> None:
    root = workspace.root
    missing = call("-C", root, "ci", "check", "github")
    assert missing.returncode == 1
    assert "tfstencil ci generate github" in missing.stderr
    assert call("-C", root, "ci", "generate", "github").returncode == 0
    assert call("-C", root, "ci", "check", "github").returncode == 0
    file = root / WORKFLOW
    file.write_text(file.read_text().replace("timeout-minutes: 10", "timeout-minutes: 9"))
    assert call("-C", root, "ci", "check", "github").returncode == 1
    assert call("-C", root, "ci", "generate", "github").returncode == 0
    assert "timeout-minutes: 9" not in file.read_text()


@pytest.mark.parametrize("content", [b"on: push\n", b"", b"\xff\xfe"])
def test_a_file_that_is_not_ours_is_kept(call: Call, workspace: Workspace, content: bytes) -> None:
    file = workspace.root / WORKFLOW
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    refused = call("-C", workspace.root, "ci", "generate", "github")
    assert refused.returncode == 1
    assert WORKFLOW in refused.stderr
    assert file.read_bytes() == content
    assert call("-C", workspace.root, "ci", "generate", "github", "--force").returncode == 0
    assert call("-C", workspace.root, "ci", "check", "github").returncode == 0


def test_a_folder_in_place_of_the_file_is_said(call: Call, workspace: Workspace) -> None:
    (workspace.root / WORKFLOW).mkdir(parents=True)
    for verb in ("check", "generate"):
        ended = call("-C", workspace.root, "ci", verb, "github")
        assert ended.returncode == 1
        assert "cannot be read" in ended.stderr


def test_a_workspace_inside_a_repository_gets_a_workflow_at_the_root(call: Call, workspace: Workspace) -> None:
    above = workspace.root.parent
    subprocess.run(["git", "init", "-q"], cwd=above, check=True)
    assert call("-C", workspace.root, "ci", "generate", "github").returncode == 0
    found = yaml.safe_load((above / ".github" / "workflows" / "tfstencil-workspace.yml").read_text())
    assert found["defaults"]["run"]["working-directory"] == "workspace"
    (upload,) = [step for step in found["jobs"]["plan"]["steps"] if "upload" in step.get("uses", "")]
    assert upload["with"]["path"] == "workspace/.tfstencil/shards/*.json"


@pytest.mark.parametrize("words", [("ci",), ("ci", "check"), ("ci", "check", "jenkins"), ("ci", "generate", "GitHub")])
def test_an_engine_that_there_is_not_is_wrong_usage(call: Call, workspace: Workspace, words: tuple[str, ...]) -> None:
    assert call("-C", workspace.root, *words).returncode == 2
