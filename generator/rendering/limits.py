"""How long one file may take to render, and how much memory: the system stops what Python itself would not.

A comparison of two lists or the doubling of a text is one step to Python: no check of ours comes between. So the
process that renders a workspace's own templates has a limit on its memory, which Python reports as an error at the
line that exceeds it, and an alarm, which ends the process and leaves behind where it was.
"""

from __future__ import annotations

import faulthandler
import os
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY: Final = 256 * 1024 * 1024
# What can be checked between two steps is checked first, and says more.
_GRACE: Final = 0.5
_SIZES: Final = Path("/proc/self/statm")


def prepare(trace: int) -> None:
    """Let an alarm write to the descriptor `trace` where this process is, and end it."""
    os.set_blocking(trace, False)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    faulthandler.register(signal.SIGALRM, file=trace, all_threads=False, chain=True)


def start_clock(seconds: float) -> None:
    """End this process unless it is done, or starts its clock again, in time."""
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)


@contextmanager
def limited() -> Iterator[None]:
    """Limit the memory that the block takes, from what the process has now, and stop the alarm at its end.

    Systems without `/proc` do not keep the limit.

    Raises:
        MemoryError: the block takes more.
    """
    import resource  # noqa: PLC0415  # Unix has it, and only this block needs it

    before = resource.getrlimit(resource.RLIMIT_AS)
    if _SIZES.exists():
        most = int(_SIZES.read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE") + MEMORY
        hard = before[1]
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
