"""One run at a time in one folder."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from generator.errors import ToolError
from generator.terraform.process.run_lock import held

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_holder_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []
    inside, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with held(tmp_path / "lock", purpose="working"):
            inside.set()
            may_end.wait()
            order.append("first ends")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    threading.Timer(0.2, may_end.set).start()
    with held(tmp_path / "lock", purpose="working"):
        order.append("second begins")
    thread.join()

    assert order == ["first ends", "second begins"]


def test_waiting_ends_with_what_the_other_is_doing(tmp_path: Path) -> None:
    with (
        held(tmp_path / "lock", purpose="working"),
        pytest.raises(ToolError, match="another process has been running terraform for dev for 0"),
        held(tmp_path / "lock", purpose="running terraform for dev", patience=0.1),
    ):
        pass


def test_the_lock_is_free_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(KeyError), held(tmp_path / "lock", purpose="working"):
        raise KeyError

    with held(tmp_path / "lock", purpose="working", patience=0):
        pass
