"""A forked child that does one piece of work while this process does another, and hands back bytes.

The child says nothing and reports no errors: its whole answer arrives, or none does, and then this process does the
work itself. It ends without anything that its parent does at its own end.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from generator.processes import INTERRUPTS, fork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Waits for the child, and returns its answer; None where it did not finish.
    Answer = Callable[[], bytes | None]

_LENGTH: Final = 8


def can_fork() -> bool:
    """Tell whether a child can be forked: a lock that another thread holds at a fork is never released in the child."""
    return threading.active_count() == 1


def processors() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def child(work: Callable[[], bytes]) -> Iterator[Answer | None]:
    """Let a child work for as long as the block runs; the end of the block waits for its end.

    Args:
        work: what the child does. Ctrl-C and the like do not reach it: its parent decides what becomes of it.

    Yields:
        What waits for the answer; None where no child can be started.
    """
    if not can_fork():
        yield None
        return
    reader, writer = os.pipe()
    # No signal may fall between the fork and what ends the child, nor into the child.
    before, number = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS), 0
    try:
        number = fork(partial(_do, work, reader, writer))
        os.close(writer)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        yield partial(_answer, reader) if number else None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(reader)
        # Where a parent ignores SIGCHLD, the kernel has already cleared it away.
        with suppress(ChildProcessError):
            if number:
                os.waitpid(number, 0)


def _do(work: Callable[[], bytes], reader: int, writer: int) -> None:
    # With a reader of its own, a child whose parent has gone would wait for ever to get rid of a large answer.
    os.close(reader)
    answer = work()
    with os.fdopen(writer, "wb") as stream:
        stream.write(len(answer).to_bytes(_LENGTH, "big"))
        stream.write(answer)


def _answer(reader: int) -> bytes | None:
    parts = []
    while part := os.read(reader, 1 << 16):
        parts.append(part)
    answer = b"".join(parts)
    length = int.from_bytes(answer[:_LENGTH], "big")
    return answer[_LENGTH:] if answer and len(answer) == _LENGTH + length else None
