"""No secret leaves: canaries in the environment and in the configuration are looked for everywhere afterwards."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from estate import SMALL, Estate, terraforms_below
from fault_proxy import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault_proxy import FaultProxy

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

CANARIES = {
    "AWS_SECRET_ACCESS_KEY": "canary-secret-access-key",
    "AWS_SESSION_TOKEN": "canary-session-token",
    "TF_TOKEN_app_terraform_io": "canary-terraform-token",
    "GITHUB_TOKEN": "canary-github-token",
    "TF_VAR_password": "canary-variable-password",
    "MY_API_KEY": "canary-api-key",
}
# Terraform knows that it is sensitive, and writes it into plan and state: these are where it belongs.
SENSITIVE = "canary-sensitive-value"
MAIN = (
    SMALL
    + f"""
resource "terraform_data" "secret" {{
  input = sensitive("{SENSITIVE}")
}}
"""
)


def test_no_canary_is_printed_or_kept(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, main=MAIN)
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    variables = CANARIES | {"HOME": str(home), "TMPDIR": str(temporary), "TF_LOG": "trace", "XDG_CACHE_HOME": str(home)}

    said: list[str] = []
    places: list[Path] = []

    def run(code: int, *arguments: str) -> None:
        ended = estate.run(*arguments, **variables)
        assert ended.returncode == code, ended.stderr[-3000:]
        said.extend((ended.stdout, ended.stderr))

    run(0, "plan", "dev", "--save", "-v")
    kept = list((estate.workspace.scratch / "plans").rglob("*.tfplan"))
    assert kept
    places += kept
    proxy.once("iam:CreateRole", Refusal(403, "AccessDenied", f"denied, {CANARIES['AWS_SESSION_TOKEN']} was sent"))
    run(1, "apply", "dev", "--yes", "-v", "--json")
    proxy.heal()
    run(0, "apply", "dev", "--yes", "-v")
    run(0, "plan", "dev", "-v", "--json")
    run(0, "outputs", "dev", "-v", "--json")
    run(0, "doctor", "-v")
    groups = [f'delete:aws_cloudwatch_log_group.these["{name}"]' for name in ("one", "two", "three")]
    run(0, "destroy", "dev", "--yes", "-v", *(word for group in groups for word in ("--allow", group)))

    canaries = [*CANARIES.values(), SENSITIVE]
    printed = [canary for canary in canaries if any(canary in text for text in said)]
    assert printed == []
    found = [
        (canary, str(file.relative_to(tmp_path)))
        for file in tmp_path.rglob("*")
        if file.is_file() and "templates" not in file.parts and "modules_out" not in file.parts
        for canary in canaries
        # What a state was before a change is kept as it was, for who is to bring it back; no credential is in it.
        if not (canary == SENSITIVE and "versions" in file.parts) and canary.encode() in file.read_bytes()
    ]
    assert found == []
    scratch = estate.workspace.scratch
    files = (
        file
        for folder in ("run", "plans", "rescued", "versions")
        for file in (scratch / folder).rglob("*")
        if file.is_file()
    )
    # Nobody else can read it: by its own mode, or since nobody else gets into its folder.
    loose = [
        str(file.relative_to(scratch))
        for file in files
        if file.stat().st_mode & 0o077
        and all((scratch / folder).stat().st_mode & 0o077 for folder in file.relative_to(scratch).parents)
    ]
    assert loose == []
    score("No secret leaves", len(canaries))


def test_a_plan_that_is_killed_leaves_no_plan_behind(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    """With SIGKILL nothing of ours can clean up: what holds values must never have had a name on a disk."""
    estate = Estate(tmp_path / "w", proxy, account, main=MAIN)
    begin = time.monotonic()
    assert estate.run("plan", "dev").returncode == 0
    whole = time.monotonic() - begin

    for moment in range(8):
        process = estate.start("plan", "dev")
        time.sleep(whole * (0.2 + moment * 0.1))
        process.kill()
        process.communicate()
        while terraforms_below(estate.workspace.root):
            time.sleep(0.05)
        for file in estate.workspace.scratch.rglob("*"):
            if file.is_file() and not file.is_symlink() and "templates" not in file.parts and "copy" not in file.parts:
                content = file.read_bytes()
                assert SENSITIVE.encode() not in content, file
                # A plan is a ZIP archive, which a search for a text does not see through.
                assert not content.startswith(b"PK"), file
    score("No secret leaves", 8)
