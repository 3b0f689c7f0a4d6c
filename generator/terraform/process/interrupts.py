"""Hands a signal on to terraform exactly once, as the SIGINT after which it saves its state and ends in good order.

A second SIGINT makes terraform abandon what it is doing, and a killed terraform loses the resource in flight from its
state. So however many signals reach us, and of whichever kind, each child gets one SIGINT and all the time it needs.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from types import FrameType

    from generator.terraform.process.safe_stop import Calm

FORWARDED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """The children that run now, and the signal that has reached us, if any."""

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._children: dict[subprocess.Popen[bytes], Calm | None] = {}
        self._told: set[subprocess.Popen[bytes]] = set()
        self._starting = 0
        # Re-entrant, because a handler runs on top of whatever the main thread is doing, this lock held or not.
        self._lock = threading.RLock()

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Say that a child is being started: from here on a signal must not end us before the child is watched."""
        with self._lock:
            self._starting += 1
        try:
            yield
        finally:
            with self._lock:
                self._starting -= 1

    @contextmanager
    def watching(self, child: subprocess.Popen[bytes], calm: Calm | None = None) -> Iterator[None]:
        """Hand signals on to `child` for as long as the context lasts, also one that came while it started.

        Args:
            child: the terraform.
            calm: knows the moment to tell it, from what it has said: so whoever gives it reads that and calls `remind`,
                again and again. None for at once.
        """
        with self._lock:
            self._children[child] = calm
            if self.received is not None and calm is None:
                self._tell(child)
        try:
            yield
        finally:
            with self._lock:
                self._children.pop(child, None)

    def remind(self, child: subprocess.Popen[bytes]) -> None:
        """Tell a child of a signal that has come, if it is the moment for it."""
        with self._lock:
            calm = self._children.get(child)
            if self.received is not None and (calm is None or calm.is_now()):
                self._tell(child)

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal: each child is told once, whatever else comes.

        Raises:
            KeyboardInterrupt: no terraform runs that could be told.
        """
        with self._lock:
            self.received = self.received or signal.Signals(number)
            _signals.append(self.received)
            for child, calm in tuple(self._children.items()):
                if calm is None:
                    self._tell(child)
            if not self._children and not self._starting:
                raise KeyboardInterrupt

    def _tell(self, child: subprocess.Popen[bytes]) -> None:
        if child not in self._told:
            self._told.add(child)
            child.send_signal(signal.SIGINT)


_installed: list[Interrupts] = []
_signals: list[signal.Signals] = []


def interrupted() -> bool:
    """Whether a signal has reached this process since `forget`, while terraform ran or was about to."""
    return bool(_signals)


def forget() -> None:
    """Forget the signals of an earlier command of this process."""
    _signals.clear()


@contextmanager
def forwarded() -> Iterator[Interrupts]:
    """Hand SIGINT, SIGTERM and SIGHUP on to the terraform processes that run within this context.

    Only the main thread can install handlers. It may do so around several runs, also in other threads: those find
    its handlers and share them. Handlers are restored at the end.

    Yields:
        What has been received, for all runs within the outermost context.
    """
    if _installed:
        yield _installed[0]
        return
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    _installed.append(interrupts)
    # SIGHUP stays ignored where it was (nohup): the user asked for that.
    taken = [number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupts.handle) for number in taken}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _installed.clear()
