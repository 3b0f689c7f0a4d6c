"""Only what was reviewed is applied: a kept plan that is not what was kept changes nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from estate import REGION, SMALL, Estate
from test_faults_writers import clone_of

from generator.readback.clients import Clients
from generator.terraform import find_tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault_proxy import FaultProxy

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

PROMISE = "Only what was reviewed is applied"
OTHER = SMALL.replace("= 7", "= 14")


class Kept:
    """Kept plans of dev and prod, as they lie on the disk."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.folder = estate.workspace.scratch / "plans" / "real"
        saved = estate.run("plan", "dev", "prod", "--save")
        assert saved.returncode == 0, saved.stderr
        shutil.copytree(self.folder, self.folder.with_name("copy"))
        self.before = estate.exists()

    def restore(self) -> None:
        """Put the plans back as they were kept."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.folder.with_name("copy"), self.folder)

    def refused(self, reason: str) -> None:
        """Try to apply dev's plan; the reason is named, and nothing has changed."""
        self.estate.proxy.calls.clear()
        ended = self.estate.run("apply", "dev", "--yes")
        assert ended.returncode == 1, ended.stdout
        assert reason in ended.stderr
        assert self.estate.exists() == self.before
        changing = [
            call.name for call in self.estate.proxy.calls if call.name.startswith(("iam:Create", "logs:Create"))
        ]
        assert changing == []


def test_a_plan_that_is_not_the_one_that_was_reviewed_changes_nothing(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, names=("dev", "prod"))
    kept = Kept(estate)

    for suffix in (".tfplan", ".json"):
        shutil.copyfile(kept.folder / f"prod{suffix}", kept.folder / f"dev{suffix}")
    kept.refused("another environment (prod, now dev)")
    kept.restore()

    content = bytearray((kept.folder / "dev.tfplan").read_bytes())
    content[len(content) // 2] ^= 1
    (kept.folder / "dev.tfplan").write_bytes(bytes(content))
    kept.refused("has changed")
    kept.restore()

    estate.write_main(OTHER)
    assert estate.run("render").returncode == 0
    kept.refused("the modules have changed")
    estate.write_main(SMALL)
    assert estate.run("render").returncode == 0

    rendered = estate.workspace.modules_out / "dev" / "main.tf"
    text = rendered.read_text()
    rendered.write_text(f"{text}\n")
    kept.refused("edited by hand")
    rendered.write_text(text)
    score(PROMISE, 4)


def test_a_plan_is_used_once_and_only_on_the_state_it_was_made_on(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, names=("dev", "prod"))
    kept = Kept(estate)
    assert estate.run("apply", "dev", "--yes").returncode == 0
    kept.before = estate.exists()
    kept.restore()
    kept.refused("it was used")

    assert estate.run("plan", "dev", "--save").returncode == 0
    other = estate.stack(find_tools(), workspace=clone_of(estate, tmp_path / "clone"))
    other.destroy()
    kept.before = set()
    kept.refused("the state has changed")
    score(PROMISE, 2)


@pytest.mark.parametrize("in_bucket", [True, False], ids=["state in S3", "state in a file"])
def test_a_plan_is_not_applied_with_the_credentials_of_another_account(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None], *, in_bucket: bool
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, names=("dev", "prod"), in_bucket=in_bucket)
    kept = Kept(estate)
    other = f"{(int(account) + 1) % 10**12:012}"
    theirs = Clients(REGION, other, proxy.target)

    proxy.calls.clear()
    ended = estate.run("apply", "dev", "--yes", AWS_ACCESS_KEY_ID=other)
    assert ended.returncode == 1
    assert f"AWS account ID not allowed: {other}" in ended.stderr
    assert "TROUBLESHOOTING.md#wrong-account" in ended.stderr
    assert [call.name for call in proxy.calls if call.name.startswith(("iam:Create", "logs:Create"))] == []
    assert estate.exists() == kept.before == set()
    assert theirs.client("iam").list_roles()["Roles"] == []

    # Where the state lies in a file, Terraform had begun to apply the plan, and so it is used up.
    again = estate.run("apply", "dev", "--yes")
    assert again.returncode == 0, again.stderr
    assert ("the plan that was kept is applied" in again.stderr) == in_bucket
    score(PROMISE)
