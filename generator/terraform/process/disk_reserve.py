"""Room on the disk, set aside before an apply begins.

A terraform that finds the disk full when it saves the state writes the state to its output instead, as the last copy
there is. Our log is that output, and it lies on the same disk: so the room for it is taken while there is some.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from typing import Final

# Many times what the state of a stack and the output of its apply need.
ROOM: Final = 16 * 1024 * 1024
_KEEP_SIZE: Final = 1  # FALLOC_FL_KEEP_SIZE, see fallocate(2)
_CANNOT: Final = frozenset({errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENODEV})


def take(descriptor: int, size: int = ROOM) -> None:
    """Set room aside for a file, without making it longer; where the file system cannot, do nothing.

    Raises:
        OSError: there is no such room.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    while libc.fallocate(descriptor, _KEEP_SIZE, ctypes.c_longlong(0), ctypes.c_longlong(size)):
        number = ctypes.get_errno()
        if number in _CANNOT:
            return
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number))


def give_back(descriptor: int) -> None:
    """Give back what a file did not need."""
    size = os.fstat(descriptor).st_size
    # Not every file system frees what lies behind the end when the end stays where it is.
    os.ftruncate(descriptor, size + 1)
    os.ftruncate(descriptor, size)
