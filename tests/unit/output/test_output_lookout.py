"""Looking at folders in a second process: it says what this process would say, and where it cannot, this one looks."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from processes import children_now

from generator.output.freshness import background_stat
from generator.output.freshness.background_stat import are_same
from generator.output.freshness.fingerprint import look_at

if TYPE_CHECKING:
    from generator.output.freshness.background_stat import Sight
    from generator.output.freshness.fingerprint import Fingerprint, Shape

MANY = 60
# From Python 3.12 on a fork warns of threads, and pytest's workers have some.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def sights(tmp_path: Path) -> list[Sight]:
    """Return many folders as they are, of which the second was edited and the fourth deleted."""
    found: list[Sight] = []
    for number in range(MANY):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "main.tf").write_text("a")
        found.append((folder, ("", "main.tf"), look_at(folder, ("", "main.tf")).text))
    (found[1][0] / "main.tf").write_text("edited")
    (found[3][0] / "main.tf").unlink()
    return found


EXPECTED = [number not in {1, 3} for number in range(MANY)]


def in_a_child_only(monkeypatch: pytest.MonkeyPatch, *, code: int | None = None) -> None:
    """Let no look happen in this process, or with a code, let the child end with it at its first look."""
    parent = os.getpid()

    def look(folder: Path, shape: Shape) -> Fingerprint:
        if code is not None and os.getpid() != parent:
            os._exit(code)
        assert code is not None or os.getpid() != parent, "this process looked"
        return look_at(folder, shape)

    monkeypatch.setattr(background_stat, "look_at", look)


def test_a_child_looks_at_many_folders_while_this_process_is_busy(
    sights: list[Sight], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_child_only(monkeypatch)
    calls: list[int] = []
    assert are_same(sights, lambda: calls.append(os.getpid())) == EXPECTED
    assert calls == [os.getpid()]


@pytest.mark.parametrize("code", [0, 1])
def test_what_a_child_did_not_answer_is_looked_at_here(
    sights: list[Sight], monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    in_a_child_only(monkeypatch, code=code)
    assert are_same(sights, lambda: None) == EXPECTED


def test_without_another_process_the_answers_are_the_same(sights: list[Sight], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    calls: list[str] = []
    assert are_same(sights, lambda: calls.append("called")) == EXPECTED
    assert calls == ["called"]


@pytest.mark.parametrize("case", ["few folders", "other threads", "nothing to do meanwhile"])
def test_no_process_is_started_where_it_does_not_pay_or_is_not_safe(
    sights: list[Sight], monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was started"))
    if case == "other threads":
        monkeypatch.setattr(threading, "active_count", lambda: 2)
    count = 5 if case == "few folders" else MANY
    calls: list[str] = []
    meanwhile = None if case == "nothing to do meanwhile" else lambda: calls.append("called")
    assert are_same(sights[:count], meanwhile) == EXPECTED[:count]
    assert calls == (["called"] if meanwhile else [])


def test_an_error_here_leaves_no_process_and_no_open_file(sights: list[Sight]) -> None:
    children = children_now()
    before = list(Path("/dev/fd").iterdir())

    def fail() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        are_same(sights, fail)
    assert children_now() <= children
    assert len(list(Path("/dev/fd").iterdir())) == len(before)
