"""Many environments: their order, how many at a time, and how far a run got."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from generator.errors import InterruptedRunError, OutputError, TfstencilError, UsageError
from generator.rollout.durations import Durations
from generator.rollout.fresh_plans import FreshPlans
from generator.rollout.queue import Ended, work_off
from generator.rollout.record import Records, RolloutRecord
from generator.rollout.waves import Member, Wave, waves
from generator.terraform.process.runner import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.workspace import Workspace

CLASSES = {"b": "dev", "a": "dev", "s": "staging", "p": "prod"}


class Crew:
    """Work that notes who is at it with whom."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.most = 0
        self.begun: list[str] = []
        self._now = 0
        self._lock = threading.Lock()

    def work(self, name: str) -> str:
        with self._lock:
            self.begun.append(name)
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.05)
        with self._lock:
            self._now -= 1
        if name in self.failing:
            raise TfstencilError(f"{name} failed")
        return name.upper()


@pytest.mark.parametrize("at_a_time", [1, 2, 3])
def test_never_more_work_at_a_time_than_asked_for(at_a_time: int) -> None:
    crew = Crew()
    ended = list(work_off("abcdef", crew.work, at_a_time=at_a_time, stop_at_failure=True))
    assert crew.most == at_a_time
    assert sorted(item.value or "" for item in ended) == list("ABCDEF")


def test_the_first_of_the_list_begins_first() -> None:
    crew = Crew()
    list(work_off("cab", crew.work, at_a_time=1, stop_at_failure=True))
    assert crew.begun == ["c", "a", "b"]


def test_the_next_begins_as_soon_as_one_ends() -> None:
    held, order = threading.Event(), []

    def work(name: str) -> None:
        if name == "long":
            assert held.wait(20)

    for ended in work_off(["long", "a", "b", "c"], work, at_a_time=2, stop_at_failure=True):
        order.append(ended.name)
        if ended.name == "c":
            held.set()
    assert order == ["a", "b", "c", "long"]


def test_nothing_new_begins_after_a_failure_and_what_runs_is_finished() -> None:
    crew = Crew("a")
    ended = {item.name: item for item in work_off("abcdef", crew.work, at_a_time=2, stop_at_failure=True)}
    assert set(crew.begun) <= set("abc")
    assert str(ended["a"].error) == "a failed"
    assert ended["b"] == Ended("b", "B", None)


def test_a_failure_does_not_stop_the_others_where_it_should_not() -> None:
    ended = list(work_off("abc", Crew("a").work, at_a_time=1, stop_at_failure=False))
    assert [(item.name, item.error is None) for item in ended] == [("a", False), ("b", True), ("c", True)]


def test_a_defect_in_the_work_is_no_failure_of_an_environment() -> None:
    with pytest.raises(ZeroDivisionError):
        list(work_off(["a"], lambda _: 1 / 0, at_a_time=1, stop_at_failure=False))


def test_after_a_signal_what_runs_ends_in_good_order_and_nothing_new_begins(tmp_path: Path) -> None:
    # It ends by itself, should nobody tell it.
    code = "trap 'sleep 0.3; echo told >> log; exit 0' INT; echo up >> log; for _ in $(seq 200); do sleep 0.1; done"

    def work(name: str) -> None:
        (tmp_path / name).mkdir()
        run(["/bin/sh", "-c", code], folder=tmp_path / name, environment=dict(os.environ), logs=tmp_path, name=name)

    def send() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not all((tmp_path / name / "log").exists() for name in "ab"):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    ended = list(work_off("abcd", work, at_a_time=2, stop_at_failure=False))
    sender.join()
    assert sorted(item.name for item in ended) == ["a", "b"]
    assert all(isinstance(item.error, InterruptedRunError) for item in ended)
    assert [(tmp_path / name / "log").read_text() for name in "ab"] == ["up\ntold\n"] * 2


def _waves(
    needs: Mapping[str, list[str]] | None = None, *, by_class: bool = True, destroying: bool = False
) -> list[Wave]:
    members = {name: Member(own, (needs or {}).get(name, [])) for name, own in CLASSES.items()}
    return waves(members, by_class=by_class, destroying=destroying)


def test_environments_are_promoted_from_dev_over_staging_to_prod() -> None:
    assert _waves() == [Wave("dev", ("a", "b")), Wave("staging", ("s",)), Wave("prod", ("p",))]


def test_what_was_built_last_is_destroyed_first() -> None:
    assert [wave.title for wave in _waves(destroying=True)] == ["prod", "staging", "dev"]


def test_a_class_without_environments_is_no_wave() -> None:
    assert [wave.title for wave in waves({"a": Member("prod")}, by_class=True)] == ["prod"]


def test_without_waves_all_go_together() -> None:
    assert _waves(by_class=False) == [Wave("", ("a", "b", "p", "s"))]


def test_what_others_need_comes_before_them_and_is_destroyed_after_them() -> None:
    needs = {"a": ["b"], "p": ["a", "elsewhere"]}
    steps = [Wave("step 1", ("b", "s")), Wave("step 2", ("a",)), Wave("step 3", ("p",))]
    assert _waves(needs, by_class=False) == steps
    assert _waves(needs, by_class=False, destroying=True) == steps[::-1]
    assert [(wave.title, wave.names) for wave in _waves(needs)] == [
        ("dev, step 1", ("b",)),
        ("dev, step 2", ("a",)),
        ("staging", ("s",)),
        ("prod", ("p",)),
    ]


def test_an_order_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="no order satisfies what these need of each other: a, b"):
        _waves({"a": ["b"], "b": ["a"]}, by_class=False)
    with pytest.raises(UsageError, match=r"a \(dev\) needs p \(prod\), a later class"):
        _waves({"a": ["p"]})


def test_the_longest_goes_first_and_what_nobody_has_timed_before_it(workspace: Workspace) -> None:
    durations = Durations(workspace, "real apply")
    for name, seconds in (("short", 2.0), ("long", 70.0), ("also-short", 2.0)):
        durations.remember(name, seconds)
    Durations(workspace, "real plan").remember("short", 900.0)
    ordered = Durations(workspace, "real apply").longest_first(["also-short", "long", "new", "short"])
    assert ordered == ["new", "long", "also-short", "short"]


@pytest.mark.parametrize("text", ["", "[]", '{"real apply": 3}', '{"real apply": {"a": "x"}}', "\x00"])
def test_durations_that_cannot_be_read_order_by_name(text: str, workspace: Workspace) -> None:
    workspace.scratch.mkdir()
    (workspace.scratch / "durations.json").write_text(text)
    durations = Durations(workspace, "real apply")
    assert durations.longest_first(["b", "a"]) == ["a", "b"]
    durations.remember("b", 1.0)
    assert durations.longest_first(["b", "a"]) == ["a", "b"]


def test_durations_that_cannot_be_kept_stop_nothing(workspace: Workspace) -> None:
    workspace.scratch.write_text("a file in its place")
    Durations(workspace, "real apply").remember("a", 1.0)


def record() -> RolloutRecord:
    return RolloutRecord("apply", "real", ["*"], wave=True, names=["dev", "prod"], finished={"dev": "digest"})


def test_a_run_that_stopped_half_way_is_found_again(workspace: Workspace) -> None:
    Records(workspace, "apply", "real").write(record())
    assert Records(workspace, "apply", "real").unfinished() == record()


@pytest.mark.parametrize(("verb", "mode"), [("destroy", "real"), ("apply", "sandbox")])
def test_runs_of_another_kind_are_not_resumed(verb: str, mode: str, workspace: Workspace) -> None:
    Records(workspace, "apply", "real").write(record())
    with pytest.raises(UsageError, match=f"no tfstencil {verb}.* to resume"):
        Records(workspace, verb, mode).unfinished()


def test_a_finished_run_leaves_nothing_to_resume(workspace: Workspace) -> None:
    records = Records(workspace, "apply", "real")
    records.write(record())
    records.drop()
    with pytest.raises(UsageError, match="no tfstencil apply to resume"):
        records.unfinished()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verb": "apply", "mode": "real", "patterns": 3}'])
def test_a_record_that_cannot_be_read_is_told(text: str, workspace: Workspace) -> None:
    records = Records(workspace, "apply", "real")
    records.write(record())
    records.file.write_text(text)
    with pytest.raises(UsageError, match="does not say how far") as caught:
        records.unfinished()
    assert "leave out --resume" in caught.value.hint


def test_a_record_that_cannot_be_written_is_an_error(workspace: Workspace) -> None:
    workspace.scratch.write_text("a file in its place")
    with pytest.raises(OutputError, match="how far the run is"):
        Records(workspace, "apply", "real").write(record())


def test_plan_files_lie_in_memory_alone_and_are_closed_with_their_run(workspace: Workspace) -> None:
    plans = FreshPlans(workspace)
    file = plans.file("real", "dev")
    file.write_text("plan")
    assert plans.file("real", "dev").read_text() == "plan"
    plans.clear()
    assert not file.exists()
    assert not workspace.scratch.exists()


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a system without files in memory, such as macOS."""
    monkeypatch.delattr(os, "memfd_create")


@pytest.mark.usefixtures("no_memory")
def test_plan_files_on_a_disk_do_not_outlive_their_run(workspace: Workspace) -> None:
    plans = FreshPlans(workspace)
    ours = plans.file("real", "dev")
    folder = ours.parent
    dead, alive = folder / "real-dev-4194305.tfplan", folder / "real-dev-1.tfplan"
    for file in (ours, dead, alive):
        file.write_text("plan")
    plans.clear()
    assert list(folder.iterdir()) == [alive]
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("no_memory")
def test_a_folder_for_plans_that_cannot_be_made_is_an_error(workspace: Workspace) -> None:
    workspace.scratch.write_text("a file in its place")
    with pytest.raises(OutputError, match="cannot be made"):
        FreshPlans(workspace).file("real", "dev")
