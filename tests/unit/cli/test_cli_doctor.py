"""`doctor --existing`: what specs say exists is asked for where somebody answers, and its silence is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.errors import CredentialsError, SandboxError, UsageError
from generator.operations.checks import existing
from generator.operations.doctor import examine, missing
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.operations.doctor import Prerequisite
    from generator.sandbox.control import SandboxInfo
    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]
    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

SPEC: Final = """\
stack: shop
class: dev
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""
USING: Final = (
    SPEC + "artifacts: {existing: {bucket: acme-doctor-@ACCOUNT@}}\nlogs: {existing: {group: /acme/doctor}}\n"
)


def _of(workspace: Workspace, mode: Mode | None, *subjects: str) -> list[Prerequisite]:
    return [each for each in examine(workspace.root, {}, mode) if each.subject in subjects]


def test_what_nobody_looked_for_is_told_where_specs_use_it(workspace_of: MakeWorkspace) -> None:
    specs = {"own": SPEC, "shared": USING, "wrong": "nonsense: 1"}
    (told,) = _of(
        workspace_of({name: text.replace("@ACCOUNT@", "1" * 12) for name, text in specs.items()}), None, "existing"
    )
    assert told.verdict == "note"
    assert told.detail == "what specs say exists was not looked for: shared"
    assert "--existing" in told.hint

    many = {f"shared-{number}": USING.replace("@ACCOUNT@", "1" * 12) for number in range(6)}
    (told,) = _of(workspace_of(many), None, "existing")
    assert told.detail.endswith("shared, shared-0, shared-1, shared-2, shared-3 and 2 more")


def test_a_wrong_spec_is_told_where_what_exists_is_asked_for(
    workspace_of: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(existing, "require_account", _raising(AssertionError("nobody is asked")))
    (told,) = _of(workspace_of({"wrong": "nonsense: 1"}), Mode.REAL, "wrong")
    assert (told.verdict, told.hint) == ("missing", "tfstencil validate wrong")


@pytest.mark.slow
def test_what_exists_is_found_or_missing(
    sandbox: SandboxInfo,
    account: str,
    aws: Callable[..., Any],
    workspace_of: MakeWorkspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(existing, "running", lambda _workspace: sandbox)
    workspace = workspace_of({"shared": USING.replace("@ACCOUNT@", account)})
    found = _of(workspace, Mode.SANDBOX, "shared")
    assert {(each.verdict, each.detail.rpartition(": ")[2]) for each in found} == {("missing", "there is none")}
    assert missing(found) == ["shared"]
    aws("s3").create_bucket(Bucket=f"acme-doctor-{account}")
    aws("logs").create_log_group(logGroupName="/acme/doctor")
    found = _of(workspace, Mode.SANDBOX, "shared")
    assert [each.verdict for each in found] == ["ok", "ok"]
    assert any("(artifacts.existing" in each.detail for each in found)


def test_where_aws_is_silent_no_other_environment_waits_for_it(
    workspace_of: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of({name: USING.replace("@ACCOUNT@", "1" * 12) for name in ("one", "two")})
    monkeypatch.setattr(existing, "require_account", _raising(SandboxError("nothing answers")))
    (silent,) = _of(workspace, Mode.REAL, "one", "two")
    assert (silent.subject, silent.verdict) == ("one", "missing")
    assert "no other environment was tried: nothing answers" in silent.detail


def test_credentials_that_do_not_fit_one_environment_stop_no_other(
    workspace_of: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of({name: USING.replace("@ACCOUNT@", "1" * 12) for name in ("one", "two")})
    monkeypatch.setattr(existing, "require_account", _raising(CredentialsError("the role cannot be assumed")))
    assert [each.subject for each in _of(workspace, Mode.REAL, "one", "two")] == ["one", "two"]
    monkeypatch.setattr(existing, "require_account", lambda *_: None)
    monkeypatch.setattr(existing, "used", _raising(SandboxError("AccessDenied")))
    assert [each.verdict for each in _of(workspace, Mode.REAL, "one", "two")] == ["missing", "missing"]


def test_it_needs_a_workspace_and_a_sandbox_that_runs(
    tmp_path: Path, call: Runner, workspace_of: MakeWorkspace
) -> None:
    with pytest.raises(UsageError):
        examine(tmp_path, {}, Mode.REAL)
    with pytest.raises(SandboxError, match="no sandbox runs"):
        examine(workspace_of({"own": SPEC.replace("@ACCOUNT@", "1" * 12)}).root, {}, Mode.SANDBOX)
    ended = call("doctor", "--sandbox")
    assert ended.returncode == 2
    assert "add --existing" in ended.stderr


def _raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: object) -> None:
        raise error

    return fail
