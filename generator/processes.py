"""Forking a child of this process that does one thing and ends without anything that its parent does at its own end."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTS: Final = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def fork(work: Callable[[], None]) -> int:
    """Start a child that calls `work` and ends. No signal that ends its parent reaches it: the parent sees to it.

    Returns:
        The number of the child; 0 where the system has no room for one.
    """
    # No signal may fall between the fork and what ends the child, nor into the child.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        try:
            number = os.fork()
        except OSError:
            return 0
        if number == 0:
            try:
                work()
            finally:
                os._exit(0)
        return number
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
