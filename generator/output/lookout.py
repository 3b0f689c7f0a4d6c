"""A second process that looks at folders while this one is busy: sixty thousand looks take as long as our imports."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from generator.output.fingerprint import look_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from generator.output.fingerprint import Shape

    # A folder, what to look at in it, and the fingerprint that it had.
    Sight = tuple[Path, Shape, str]

# Below it the looks take less time than starting a process.
_WORTH_A_PROCESS: Final = 50


def are_same(sights: Sequence[Sight], meanwhile: Callable[[], None] | None = None) -> list[bool]:
    """Tell of each folder whether it still has its fingerprint.

    Args:
        sights: the folders.
        meanwhile: what this process has to do anyway; called once.
    """
    answers = b""
    if meanwhile and len(sights) >= _WORTH_A_PROCESS:
        answers = _from_a_child(sights, meanwhile)
    elif meanwhile:
        meanwhile()
    # What no child has answered, this process looks at itself.
    return [answer == ord("1") for answer in answers] + [_is_same(sight) for sight in sights[len(answers) :]]


def _is_same(sight: Sight) -> bool:
    folder, shape, fingerprint = sight
    try:
        return bool(fingerprint) and look_at(folder, shape).text == fingerprint
    except OSError:
        return False


def _from_a_child(sights: Sequence[Sight], meanwhile: Callable[[], None]) -> bytes:
    """Return a byte a folder; fewer, or none, where the child could not be started or did not finish."""
    child, reader = _start(sights)
    try:
        meanwhile()
        return _all_of(reader) if child else b""
    finally:
        if child:
            os.close(reader)
            # Where a parent ignores SIGCHLD, the kernel has already cleared it away.
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _start(sights: Sequence[Sight]) -> tuple[int, int]:
    """Fork a child that looks; return its id, 0 where there is none, and where its answers can be read."""
    # A lock that another thread holds at a fork is never released in the child.
    if threading.active_count() > 1:
        return 0, -1
    reader, writer = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return 0, -1
    if child == 0:
        _answer(writer, sights)
    os.close(writer)
    return child, reader


def _answer(writer: int, sights: Sequence[Sight]) -> None:
    """Write the answers, and end this process without anything that its parent will do at its own end."""
    try:
        with os.fdopen(writer, "wb") as answers:
            answers.write(bytes(b"01"[_is_same(sight)] for sight in sights))
    finally:
        os._exit(0)


def _all_of(reader: int) -> bytes:
    parts = []
    while part := os.read(reader, 1 << 16):
        parts.append(part)
    return b"".join(parts)
