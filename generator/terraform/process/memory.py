"""Files in memory alone, for plans and states: they hold every value in plain text.

Such a file has no name on any disk. It is gone when the last process that has it open ends, however it ends, so that
nothing is left after a `kill -9`. Terraform opens it by the number of its descriptor, which it inherits:
`-out=/proc/self/fd/7`. Where the system has no such files (macOS), an ordinary one takes its place.
"""

from __future__ import annotations

import os
import re
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME: Final = re.compile(r"/proc/self/fd/([0-9]+)")
# Descriptors that a run needs for everything else.
_SPARE: Final = 128
_WANTED: Final = 65536


def file_in_memory(name: str, otherwise: Path) -> Path:
    """Make an empty file in memory.

    Args:
        name: what it is called in `/proc`, for people who debug.
        otherwise: the file to use where there can be none in memory; it is not made here.

    Returns:
        The path by which this process, and a child that inherits the descriptor, opens it.
    """
    if not hasattr(os, "memfd_create") or not Path("/proc/self/fd").is_dir():
        return otherwise
    try:
        descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    except OSError:
        return otherwise
    if descriptor >= _descriptors() - _SPARE:
        os.close(descriptor)
        return otherwise
    os.fchmod(descriptor, 0o600)
    return Path(f"/proc/self/fd/{descriptor}")


def descriptors_in(words: Iterable[str]) -> tuple[int, ...]:
    """Return the descriptors of the files in memory that the words of a command name, for its process to inherit."""
    return tuple(int(number) for word in words for number in _NAME.findall(word))


def is_in_memory(file: Path) -> bool:
    """Whether a path is that of a file in memory."""
    return bool(_NAME.fullmatch(str(file)))


def empty(file: Path) -> None:
    """Take away what a file holds: one in memory is emptied and may be written again, another is deleted."""
    if is_in_memory(file):
        os.truncate(file, 0)
    else:
        file.unlink(missing_ok=True)


def fill(file: Path, content: bytes) -> None:
    """Put content into a file, for its owner alone (0600) where it lies on a disk.

    Raises:
        OSError: it cannot be written.
    """
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)


def close(file: Path) -> None:
    """Give a file up: one in memory is closed, another is deleted."""
    if is_in_memory(file):
        os.close(*descriptors_in([str(file)]))
    else:
        file.unlink(missing_ok=True)


def _descriptors() -> int:
    """Return how many descriptors this process may have, after asking for as many as a large fleet needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft
