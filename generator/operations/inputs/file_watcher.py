"""Waiting for a person to save a file."""

from __future__ import annotations

import importlib.util
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_STEP_MILLISECONDS: Final = 20
_SETTLED_MILLISECONDS: Final = 60
_POLL_SECONDS: Final = 0.1


def changes(folders: Sequence[Path]) -> Iterator[None]:
    """Yield after each change in the folders, once the writing has paused.

    The operating system tells of changes where watchfiles is installed; else the folders are looked at.

    Args:
        folders: those that exist are watched, with all that is in them.
    """
    watched = [folder for folder in folders if folder.is_dir()]
    if importlib.util.find_spec("watchfiles") is None:
        yield from _polled(watched)
        return
    from watchfiles import watch  # noqa: PLC0415  # an extra that may be missing

    for _ in watch(*watched, debounce=_SETTLED_MILLISECONDS, step=_STEP_MILLISECONDS, raise_interrupt=True):
        yield


def _polled(folders: Sequence[Path]) -> Iterator[None]:
    before = _look(folders)
    while True:
        time.sleep(_POLL_SECONDS)
        now = _look(folders)
        if now != before:
            before = now
            yield


def _look(folders: Sequence[Path]) -> dict[str, tuple[int, int]]:
    seen: dict[str, tuple[int, int]] = {}
    pending = [os.fspath(folder) for folder in folders]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                        continue
                    # A link may lead nowhere, or round to itself; what lies beside it is seen all the same.
                    with suppress(OSError):
                        stat = entry.stat()
                        seen[entry.path] = (stat.st_mtime_ns, stat.st_size)
        except FileNotFoundError:
            # Editors replace files, and a folder may go while we look at it: the next look tells.
            continue
    return seen
