"""`tfstencil verify`: what it shows, how it ends, and that it refuses to look into another account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.operations.checks.verify import VerifyResult
from generator.operations.targets.targets import Target
from generator.readback.check import Check
from generator.readback.clients import Clients
from generator.readback.need import Need
from generator.reports.checks.verification import verify_report
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

GOOD = Check("Log group /a", "retention (days)", 7, 7, "logs.retention_days")
WRONG = Check("Log group /a", "retention (days)", 7, 14, "logs.retention_days")
READY = Need("Secret a", "ready", "is there", spec_key="builds.main.secrets.A")
MISSING = Need("Secret a", "missing", "there is none", "write it", "builds.main.secrets.A")
UNKNOWN = Need(
    "Image a", "unknown", "lies in a registry that is not ECR", "the first build shows it", "builds.main.image"
)
DEV = Target("dev", "dev", "111122223333", "us-east-1")


@pytest.mark.parametrize(
    ("checks", "needs", "ready", "code", "strict"),
    [
        ([GOOD], [READY], "yes", 0, 0),
        ([GOOD], [], "yes", 0, 0),
        ([GOOD], [READY, MISSING], "no", 0, 1),
        ([GOOD], [READY, UNKNOWN], "unknown", 0, 1),
        ([GOOD], [UNKNOWN, MISSING], "no", 0, 1),
        ([GOOD, WRONG], [READY], "no", 1, 1),
    ],
)
def test_a_difference_fails_and_with_ready_what_is_missing_or_unknown_too(  # noqa: PLR0913, PLR0917  # the columns
    checks: list[Check],
    needs: list[Need],
    ready: str,
    code: int,
    strict: int,
    call: Runner,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = VerifyResult(DEV, Mode.SANDBOX, checks, needs)
    monkeypatch.setattr("generator.cli.commands.verify.verify", lambda *_: result)
    assert result.ready == ready
    assert call("-C", workspace.root, "verify", "dev", "--sandbox").returncode == code
    assert call("-C", workspace.root, "verify", "dev", "--sandbox", "--ready").returncode == strict


def test_what_differs_is_shown_and_what_holds_only_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    result = VerifyResult(DEV, Mode.REAL, [GOOD, WRONG], [MISSING, UNKNOWN])
    Console(GlobalOptions(no_color=True)).report(verify_report(result, verbose=False))
    shown = capsys.readouterr()
    assert "dev: account 111122223333, us-east-1 (real)\n" in shown.out
    assert shown.out.count("retention (days)") == 1
    assert "✗  Secret a  there is none" in shown.out
    assert "→ write it" in shown.out
    assert shown.out.endswith("Not ready to build\n")
    assert "error: 1 of 2 facts of dev are not as the spec says\n" in shown.err
    Console(GlobalOptions(no_color=True)).report(verify_report(result, verbose=True))
    assert capsys.readouterr().out.count("retention (days)") == 2


def test_where_no_sandbox_runs_it_is_told(call: Runner, workspace: Workspace) -> None:
    ended = call("-C", workspace.root, "verify", "dev", "--sandbox")
    assert ended.returncode == 1
    assert "no sandbox runs in this workspace" in ended.stderr


def test_credentials_of_another_account_are_refused_before_anything_seems_missing(
    call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_: Clients, service: str, operation: str, **_arguments: object) -> dict[str, str]:
        asked.append(f"{service} {operation}")
        return {"Account": "999999999999"}

    monkeypatch.setattr(Clients, "ask", ask)
    ended = call("-C", workspace.root, "verify", "dev")
    assert ended.returncode == 1
    assert "your credentials are of account 999999999999, and dev lies in 111122223333" in ended.stderr
    assert asked == ["sts get_caller_identity"]


def test_without_credentials_the_error_speaks_of_aws_and_not_of_the_sandbox(
    call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(workspace.root / "nothing"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    ended = call("-C", workspace.root, "verify", "dev")
    assert ended.returncode == 1
    assert "sign in to AWS" in ended.stderr
    assert "sandbox" not in ended.stderr
