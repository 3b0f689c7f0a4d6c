"""State is never lost: the backend fails, the disk is full or read-only, and the next plan is empty again."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from estate import SMALL, Estate, names_in
from fault_proxy import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fault_proxy import Call, FaultProxy

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

PROMISE = "State is never lost"
FAILED = Refusal(500, "InternalError", "We encountered an internal error. Please try again.")
PUT_STATE = r"^s3:PUT \S*terraform\.tfstate(?!\.tflock)"


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mount file systems for the time of a test: `mounted("tmpfs", "-o", "size=64m")`."""
    mounts: list[Path] = []

    def mount(name: str, *options: str) -> Path:
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        done = subprocess.run(["mount", *options, str(place)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"only root can mount a file system: {done.stderr}")
        mounts.append(place)
        return place

    yield mount
    for place in reversed(mounts):
        subprocess.run(["umount", "-l", str(place)], check=True)


def refused_until_rescued(estate: Estate) -> None:
    for words in (["plan", "dev"], ["apply", "dev", "--yes"], ["destroy", "dev", "--yes"], ["outputs", "dev"]):
        refused = estate.run(*words)
        assert refused.returncode == 1, words
        assert "nothing may run before it is saved" in refused.stderr
        assert "tfstencil state rescue dev" in refused.stderr


def rescued(estate: Estate, exists: set[str]) -> None:
    saved = estate.run("state", "rescue", "dev")
    assert saved.returncode == 0, saved.stderr
    assert "The state of dev is saved: serial" in saved.stdout
    assert f"{len(exists)} resources" in saved.stdout
    next_plan = estate.run("plan", "dev", "--detailed-exitcode")
    assert next_plan.returncode == 0, next_plan.stdout + next_plan.stderr
    (copy,) = (estate.workspace.scratch / "rescued" / "state" / "dev").glob("[0-9]*.tfstate")
    assert copy.stat().st_mode & 0o077 == 0
    assert names_in(json.loads(copy.read_text())) == exists
    assert "nothing to rescue" in estate.run("state", "rescue", "dev").stdout


def test_a_state_that_the_backend_refuses_is_rescued(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    proxy.always(PUT_STATE, FAILED)
    failed = estate.run("apply", "dev", "--yes", "--json")
    error = json.loads(failed.stdout)["error"]
    assert failed.returncode == 1
    assert error["explanations"][0]["symptom"] == "errored-state"
    assert "tfstencil state rescue dev" in error["hint"]
    left = estate.workspace.modules_out / "dev" / "errored.tfstate"
    assert left.stat().st_mode & 0o077 == 0
    assert len(estate.exists()) == 6
    assert estate.state() == {}
    refused_until_rescued(estate)

    again = estate.run("state", "rescue", "dev")
    assert again.returncode == 1, "the backend still refuses"
    assert left.exists()

    proxy.heal()
    rescued(estate, estate.exists())
    assert not left.exists()
    assert estate.known() == estate.exists()
    assert not estate.is_locked()
    score(PROMISE)


def test_a_folder_in_which_terraform_could_leave_no_state_is_refused_before_anything_changes(
    tmp_path: Path, proxy: FaultProxy, account: str, mounted: Callable[..., Path], score: Callable[..., None]
) -> None:
    """Terraform 1.11.4 would say that it has written errored.tfstate there, and lose the state."""
    estate = Estate(tmp_path / "w", proxy, account)
    dev = estate.workspace.modules_out / "dev"
    # The first init writes the lock file beside the modules; from then on nothing has to be written there.
    assert estate.run("plan", "dev").returncode == 0
    mounted("w/modules_out/dev", "--bind", str(dev))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(dev)], check=True)
    refused = estate.run("apply", "dev", "--yes")
    assert refused.returncode == 1
    assert "terraform would lose it" in refused.stderr
    assert estate.exists() == set()
    score(PROMISE)


def test_what_terraform_has_lost_is_told_with_what_imports_it(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    proxy.always(PUT_STATE, FAILED)
    assert estate.run("apply", "dev", "--yes").returncode == 1
    proxy.heal()
    (estate.workspace.modules_out / "dev" / "errored.tfstate").unlink()
    refused_until_rescued(estate)
    lost = estate.run("state", "rescue", "dev")
    assert lost.returncode == 1
    assert "6 resources exist that the state does not know" in lost.stderr
    commands = [line.strip() for line in lost.stderr.splitlines() if line.startswith("  terraform import ")]
    assert "terraform import 'aws_iam_role.these[\"one\"]' dev-one" in commands
    assert len(commands) == 6
    given_up = estate.run("state", "rescue", "dev", "--abandon")
    assert given_up.returncode == 0
    # They exist already: what was to be created again is explained.
    taken = json.loads(estate.run("apply", "dev", "--yes", "--json").stdout)["error"]
    assert taken["explanations"][0]["symptom"] == "name-taken"
    score(PROMISE)


def fill(place: Path) -> None:
    """Leave no byte free."""
    with (place / "filling").open("wb", buffering=0) as stream:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    stream.write(b"\0" * size)
            except OSError:
                continue


def on_disk(estate: Estate) -> Path:
    return estate.workspace.modules_out / "dev" / "terraform.tfstate"


def test_a_disk_that_gets_full_during_an_apply_loses_no_state(
    proxy: FaultProxy, account: str, mounted: Callable[..., Path], score: Callable[..., None]
) -> None:
    disk = mounted("disk", "-t", "tmpfs", "-o", "size=64m", "tmpfs")
    # Larger than what is left of a page, so that the state cannot be written into what it has already.
    padding = 'locals {\n  padding = join("", [for number in range(1000) : "0123456789"])\n}\n\n'
    main = padding + SMALL + '\nresource "terraform_data" "large" {\n  input      = local.padding\n}\n'
    estate = Estate(disk / "w", proxy, account, main=main, in_bucket=False)

    def judge(call: Call) -> None:
        if call.name == "iam:CreateRole" and not (disk / "filling").exists():
            fill(disk)

    proxy.judge = judge
    failed = estate.run("apply", "dev", "--yes", "--json")
    assert failed.returncode == 1, failed.stdout
    assert json.loads(failed.stdout)["error"]["explanations"][0]["symptom"] == "errored-state"
    assert len(estate.exists()) == 6
    refused_until_rescued(estate)

    (disk / "filling").unlink()
    saved = estate.run("state", "rescue", "dev")
    assert saved.returncode == 0, saved.stderr
    assert estate.run("plan", "dev", "--detailed-exitcode").returncode == 0
    assert names_in(json.loads(on_disk(estate).read_text())) == estate.exists()
    score(PROMISE)


def test_an_apply_does_not_begin_without_room_for_the_state(
    proxy: FaultProxy, account: str, mounted: Callable[..., Path], score: Callable[..., None]
) -> None:
    disk = mounted("disk", "-t", "tmpfs", "-o", "size=16m", "tmpfs")
    estate = Estate(disk / "w", proxy, account, in_bucket=False)
    refused = estate.run("apply", "dev", "--yes")
    assert refused.returncode == 1
    assert "No space left on device" in refused.stderr
    assert "free the disk" in refused.stderr
    assert estate.exists() == set()
    score(PROMISE)


def test_a_disk_that_is_read_only_changes_nothing(
    tmp_path: Path, proxy: FaultProxy, account: str, mounted: Callable[..., Path], score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, in_bucket=False)
    assert estate.run("plan", "dev").returncode == 0
    dev = estate.workspace.modules_out / "dev"
    mounted("w/modules_out/dev", "--bind", str(dev))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(dev)], check=True)
    refused = estate.run("apply", "dev", "--yes", "--json")
    error = json.loads(refused.stdout)["error"]
    assert refused.returncode == 1
    assert [item["symptom"] for item in error["explanations"]] == ["read-only"]
    assert estate.exists() == set()
    score(PROMISE)


def test_a_scratch_folder_that_is_read_only_changes_nothing(
    tmp_path: Path, proxy: FaultProxy, account: str, mounted: Callable[..., Path], score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    estate.workspace.scratch.mkdir(exist_ok=True)
    mounted("w/.tfstencil", "--bind", str(estate.workspace.scratch))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(estate.workspace.scratch)], check=True)
    refused = estate.run("apply", "dev", "--yes")
    assert refused.returncode == 1
    assert "Read-only file system" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert estate.exists() == set()
    score(PROMISE)


def test_a_state_is_not_rescued_over_a_newer_one(
    tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    assert estate.run("apply", "dev", "--yes").returncode == 0
    newer = estate.state()
    older = newer | {"resources": newer["resources"][:1]}
    left = estate.workspace.modules_out / "dev" / "errored.tfstate"
    for change, words in (({"serial": 0}, "a newer state"), ({"lineage": "another"}, "holds another state")):
        left.write_text(json.dumps(older | change))
        refused = estate.run("state", "rescue", "dev")
        assert refused.returncode == 1
        assert words in refused.stderr
        assert left.exists()
        assert estate.state() == newer
    given_up = estate.run("state", "rescue", "dev", "--abandon", "--json")
    assert given_up.returncode == 0
    assert json.loads(given_up.stdout)["abandoned"]
    assert estate.run("plan", "dev", "--detailed-exitcode").returncode == 0
    score(PROMISE, 2)


@pytest.mark.parametrize("text", ["", "{", '{"version": 4}', "\x00"], ids=["empty", "cut off", "no state", "binary"])
def test_a_state_that_is_not_whole_is_never_pushed(
    text: str, tmp_path: Path, proxy: FaultProxy, account: str, score: Callable[..., None]
) -> None:
    estate = Estate(tmp_path / "w", proxy, account)
    left = estate.workspace.modules_out / "dev" / "errored.tfstate"
    left.write_text(text)
    refused = estate.run("state", "rescue", "dev")
    assert refused.returncode == 1
    assert "holds no whole state" in refused.stderr
    assert "--abandon" in refused.stderr
    assert left.read_text() == text
    assert not [call for call in proxy.calls if call.method == "PUT"]
    score(PROMISE)


@pytest.mark.parametrize("in_bucket", [True, False], ids=["from another key", "from a file"])
@pytest.mark.parametrize("is_clone", [False, True], ids=["where it was applied", "in a fresh clone"])
def test_a_state_whose_place_changed_is_taken_along(
    tmp_path: Path, proxy: FaultProxy, account: str, *, in_bucket: bool, is_clone: bool
) -> None:
    estate = Estate(tmp_path / "w", proxy, account, in_bucket=in_bucket)
    if not in_bucket:
        estate.client("s3").create_bucket(Bucket=estate.bucket)
    assert estate.run("apply", "dev", "--yes").returncode == 0
    exists = estate.exists()
    estate.workspace.spec_path("dev").write_text(f"extends: _base\nstate: {{bucket: {estate.bucket}, key: moved}}\n")
    assert estate.run("render").returncode == 0
    if is_clone:
        shutil.rmtree(estate.workspace.scratch)
    for words in (["plan", "dev"], ["apply", "dev", "--yes"], ["destroy", "dev", "--yes"]):
        refused = estate.run(*words)
        assert refused.returncode == 1, words
        assert "tfstencil state move dev" in refused.stderr
    assert estate.exists() == exists
    moved = estate.run("state", "move", "dev", "--yes")
    assert moved.returncode == 0, moved.stderr
    planned = estate.run("plan", "dev", "--detailed-exitcode")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert names_in(json.loads(estate.object("moved"))) == exists
