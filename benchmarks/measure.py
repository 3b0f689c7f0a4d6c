"""Time whole processes, wall and CPU seconds; and in runs of their own, for a look takes time, see their memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EVERY: Final = 0.2
# What is over in a second is looked at more often.
_OFTEN: Final = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """What a finished process used, with all that it started and waited for: seconds, seconds."""

    wall: float
    cpu: float


@dataclass(slots=True)
class Peak:
    """The most memory that the children of this process, and all below them, held together, MiB."""

    memory: float = 0.0


def run(command: Sequence[str | Path], folder: Path) -> Run:
    """Run `command` in `folder` and time it, with nothing beside it; its output is thrown away.

    Python may keep the bytecode of what it imports, as it does for users.

    Raises:
        RuntimeError: it failed; the message ends with what it said.
    """
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        complaint = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        text = complaint[-2000:].decode(errors="replace")
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}: {text}")
    return Run(wall, usage.ru_utime + usage.ru_stime)


def memory(command: Sequence[str | Path], folder: Path) -> float:
    """Run `command` in `folder` once more; return the most memory that it and all it starts held together, MiB."""
    with watched(_OFTEN) as peak:
        run(command, folder)
    return peak.memory


def middle(runs: Sequence[Run]) -> Run:
    """Return the run with the median wall time."""
    return sorted(runs, key=lambda one: one.wall)[len(runs) // 2]


@contextmanager
def watched(every: float = _EVERY) -> Iterator[Peak]:
    """Look every few seconds at the memory of all that this process has started; what they share counts once."""
    peak, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.wait(every):
            peak.memory = max(peak.memory, _below(os.getpid()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _below(process: int) -> float:
    total = 0.0
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                for child in (thread / "children").read_text("utf-8").split():
                    total += _held(int(child)) + _below(int(child))
    return total


def _held(process: int) -> float:
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def machine() -> str:
    """Say in a line what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {'.'.join(map(str, sys.version_info[:3]))}"
