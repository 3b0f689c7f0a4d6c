"""A forked child: its whole answer arrives, or none, and it never outlives what its answer is for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator.output.parallel.child import child

# From Python 3.12 on a fork warns of threads, and pytest's workers have some.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

# More than any pipe holds: to write it takes somebody who reads.
LARGE = 4 << 20
PROGRAM = f"""
import os, signal, sys, time
from generator.output.parallel.child import child

def work():
    time.sleep(0.2)
    return bytes({LARGE})

with child(work) as answer:
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.mark.parametrize("size", [0, 1, LARGE])
def test_an_answer_of_any_size_arrives_whole(size: int) -> None:
    with child(lambda: b"x" * size) as answer:
        assert answer
        assert answer() == b"x" * size


def _die() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def _fail() -> bytes:
    raise RuntimeError("broken")


@pytest.mark.parametrize("work", [_die, _fail])
def test_there_is_no_answer_of_a_child_that_did_not_finish(capfd: pytest.CaptureFixture[str], work: object) -> None:
    with child(work) as answer:  # type: ignore[arg-type]  # one of the functions above
        assert answer
        assert answer() is None
    assert capfd.readouterr() == ("", "")


def test_half_an_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    parent, write = os.getpid(), os.fdopen

    def cut_off(*arguments: object) -> object:
        if os.getpid() != parent:
            stream = write(*arguments)  # type: ignore[call-overload]  # handed on
            stream.write((100).to_bytes(8, "big") + b"half")
            stream.close()
            os._exit(0)
        return write(*arguments)  # type: ignore[call-overload]  # handed on

    monkeypatch.setattr(os, "fdopen", cut_off)
    with child(lambda: b"x" * 100) as answer:
        assert answer
        assert answer() is None


@pytest.mark.parametrize(("parent", "code"), [("uninterested", 0), ("killed", -signal.SIGKILL)])
def test_a_child_ends_though_nobody_reads_its_large_answer(parent: str, code: int) -> None:
    # The child has the same stdout, so that this returns when both have ended.
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, parent],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
        check=False,
        timeout=20,
    )
    assert ended.returncode == code
