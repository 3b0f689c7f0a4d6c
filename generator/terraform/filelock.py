"""One at a time: an advisory lock that the kernel drops when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PAUSE = 0.05


@contextmanager
def held(path: Path, *, purpose: str, patience: float = 300.0) -> Iterator[None]:
    """Hold the lock file `path` for as long as the context lasts.

    Args:
        path: the lock file; created where it does not exist, with its folder. It stays: deleting it would let two
            processes lock two different files of that name.
        purpose: what another holder is doing, for the message (`running terraform for dev`).
        patience: seconds to wait for another holder.

    Raises:
        ToolError: another process held it all that time, or the file cannot be created.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ToolError(f"the lock file {path} cannot be created: {error.strerror}", hint="see who owns it") from error
    try:
        deadline = time.monotonic() + patience
        while not _try(descriptor):
            if time.monotonic() >= deadline:
                raise ToolError(
                    f"another process has been {purpose} for {patience:g} s (it holds {path})",
                    hint="wait until it ends, then try again",
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
