"""Plans that were made before: answered at once, and never wrongly."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from generator.fleet.cache import PlanCache
from generator.fleet.member import Member
from generator.fleet.plan import plan_fleet
from generator.terraform.tools.binary import TerraformBinary
from generator.terraform.tools.programs import Tools
from generator.terraform.tools.provider import ProviderSource
from generator.terraform.tools.versions import Version
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

RAW = {"resource_changes": [], "format_version": "1.2"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "environments").mkdir()
    return Workspace.find(tmp_path)


def member(text: str = "a", *, name: str = "dev", region: str = "us-east-1", lock: str = "") -> Member:
    return Member(name, "111122223333", region, {"main.tf": text}, lock)


def entry(workspace: Workspace) -> Path:
    (found,) = (workspace.scratch / "cache" / "plans").iterdir()
    return found


def test_what_was_kept_comes_back(workspace: Workspace) -> None:
    cache = PlanCache(workspace, "1.11.4 5.100.0")
    cache.put(member(), RAW)
    assert cache.get(member()) == RAW


@pytest.mark.parametrize(
    "other",
    [
        member("b"),
        member(name="prod"),
        member(region="eu-west-1"),
        member(lock="x"),
        Member("dev", "1", "us-east-1", {"main.tf": "a"}),
    ],
    ids=["text", "name", "region", "lock file", "account"],
)
def test_whatever_changes_makes_it_another_plan(other: Member, workspace: Workspace) -> None:
    cache = PlanCache(workspace, "1.11.4 5.100.0")
    cache.put(member(), RAW)
    assert cache.get(other) is None


def test_another_provider_or_terraform_makes_it_another_plan(workspace: Workspace) -> None:
    PlanCache(workspace, "1.11.4 5.100.0").put(member(), RAW)
    assert PlanCache(workspace, "1.11.4 5.101.0").get(member()) is None


def test_a_path_and_its_text_are_not_confused(workspace: Workspace) -> None:
    cache = PlanCache(workspace, "x")
    cache.put(Member("dev", "1", "r", {"a": "b", "c": "d"}), RAW)
    for files in ({"a": "bcd"}, {"a": "bc\0001\0d"}, {"ab": "", "c": "d"}):
        assert cache.get(Member("dev", "1", "r", files)) is None


@pytest.mark.parametrize("position", [0, 31, 32, 40, -1], ids=str)
def test_a_flipped_byte_counts_as_absent(position: int, workspace: Workspace) -> None:
    cache = PlanCache(workspace, "x")
    cache.put(member(), RAW)
    data = bytearray(entry(workspace).read_bytes())
    data[position] ^= 1
    entry(workspace).write_bytes(data)
    assert cache.get(member()) is None


@pytest.mark.parametrize("size", [0, 10, 33], ids=str)
def test_a_torn_entry_counts_as_absent(size: int, workspace: Workspace) -> None:
    cache = PlanCache(workspace, "x")
    cache.put(member(), RAW)
    entry(workspace).write_bytes(entry(workspace).read_bytes()[:size])
    assert cache.get(member()) is None


def test_entries_are_for_their_owner_alone(workspace: Workspace) -> None:
    PlanCache(workspace, "x").put(member(), RAW)
    assert entry(workspace).stat().st_mode & 0o777 == 0o600
    assert entry(workspace).parent.stat().st_mode & 0o777 == 0o700


def test_what_was_not_used_for_longest_goes_first(workspace: Workspace) -> None:
    cache = PlanCache(workspace, "x")
    members = [member(str(number)) for number in range(4)]
    for age, item in enumerate(members):
        known = set((workspace.scratch / "cache" / "plans").glob("*"))
        cache.put(item, RAW)
        (new,) = set((workspace.scratch / "cache" / "plans").glob("*")) - known
        os.utime(new, (1000 + age, 1000 + age))
    assert cache.get(members[0]) == RAW  # used just now
    size = next((workspace.scratch / "cache" / "plans").iterdir()).stat().st_size
    cache.trim(size * 2)
    assert [cache.get(item) is not None for item in members] == [True, False, False, True]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_fails_nothing(workspace: Workspace) -> None:
    workspace.scratch.write_text("a file where the folder should be")
    cache = PlanCache(workspace, "x")
    cache.put(member(), RAW)
    cache.trim()
    assert cache.get(member()) is None


def test_a_known_plan_is_answered_without_terraform_in_milliseconds(workspace: Workspace, tmp_path: Path) -> None:
    nowhere = TerraformBinary(tmp_path / "no-terraform", Version(1, 11, 4), "linux_amd64", "this test")
    provider = ProviderSource("mirror", "this test", tmp_path, Version(5, 100, 0))
    tools = Tools(nowhere, provider, tmp_path / "cache")
    members = [member(name=f"e{number}") for number in range(100)]
    for item in members:
        PlanCache(workspace, tools.identity).put(item, RAW)
    begin = time.perf_counter()
    planned = plan_fleet(workspace, members, tools=tools)
    assert time.perf_counter() - begin < 1
    assert planned.cached == set(planned.plans) == {item.name for item in members}
    assert planned.runs == 0
