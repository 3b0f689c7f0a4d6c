"""Files that several processes use, or that hold what is for their owner alone: one lock, one whole write."""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

PRIVATE: Final = 0o600
SHARED: Final = 0o666  # less what the user's umask takes
_OTHERS: Final = 0o077
_PAUSE: Final = 0.02
_DIGEST_SIZE: Final = hashlib.sha256().digest_size


class LockHeldError(Exception):
    """Another process has held a lock all the time that we waited.

    Attributes:
        holder: its process ID as it noted it; "unknown" where it did not.
    """

    def __init__(self, holder: str) -> None:
        super().__init__(f"process {holder} holds the lock")
        self.holder = holder


def lock(path: Path, *, patience: float = math.inf, mode: int = PRIVATE) -> FileIO:
    """Wait for a lock, and hold it until what is returned is closed.

    The kernel drops the lock when its holder dies, however it dies. The file stays: deleting it would let two
    processes lock two different files of that name.

    Args:
        path: the lock file; created where it does not exist, with its folder.
        patience: seconds to wait for another holder.
        mode: of a lock file that is created.

    Raises:
        LockHeldError: another process held it all that time.
        OSError: the file cannot be created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode), "r+b", buffering=0)
    try:
        _wait_for(file, patience)
        file.truncate(0)
        file.write(b"%d\n" % os.getpid())
    except BaseException:
        file.close()
        raise
    return file


def create(path: str | Path, data: bytes, mode: int = SHARED) -> os.stat_result:
    """Write a file that does not exist yet, whole.

    Returns:
        Its stat, taken when all was written.

    Raises:
        FileExistsError: there is one; of several processes, exactly one creates it.
        OSError: it cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def staged(path: Path, data: bytes, mode: int = SHARED) -> Iterator[Path]:
    """Write a file beside `path`, to be renamed or linked; it is gone at the end.

    Raises:
        OSError: it cannot be written.
    """
    # The leading dot keeps what a killed process left from being taken for a spec, a template or a log.
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    fresh.unlink(missing_ok=True)
    try:
        create(fresh, data, mode)
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def replace(path: Path, data: bytes, *, mode: int = SHARED, flush: bool = False) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Args:
        path: the file; its folder exists.
        data: all that it is to hold.
        mode: of the file from now on.
        flush: see it onto the disk: for what cannot be made again.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    with staged(path, data, mode) as fresh:
        if flush:
            _flush(fresh)
        fresh.replace(path)
    if flush:
        _flush(path.parent)


def update(path: Path, data: bytes) -> bool:
    """Create or replace a file, with the folders above it, unless it holds just that.

    Returns:
        Whether it was written.

    Raises:
        OSError: it cannot be written.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, data)
    return True


def make_private_folder(folder: Path, *, below: Path) -> None:
    """Make a folder and all between it and `below` for the owner alone (0700), also those that exist.

    Raises:
        OSError: it cannot be made.
    """
    below.mkdir(parents=True, exist_ok=True)
    for part in reversed([folder, *folder.parents]):
        if part.is_relative_to(below) and part != below:
            part.mkdir(mode=0o700, exist_ok=True)
            if part.stat().st_mode & _OTHERS:
                part.chmod(0o700)


def read_checksummed(path: Path) -> bytes | None:
    """Return what `keep_checksummed` wrote; None where there is no file, or where it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_DIGEST_SIZE:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST_SIZE] else None


def keep_checksummed(path: Path, content: bytes) -> None:
    """Keep what can be made again at any time, for the owner alone, with a digest against damage.

    Where the folder cannot be written it is not kept.
    """
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(path, hashlib.sha256(content).digest() + content, mode=PRIVATE)


def _try(file: FileIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(file: FileIO, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not _try(file):
        if time.monotonic() >= deadline:
            raise LockHeldError(file.read(32).decode(errors="replace").strip() or "unknown")
        time.sleep(_PAUSE)


def _flush(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
