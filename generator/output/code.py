"""A stamp of our own code: what it was when the index of unchanged environments was written.

The version tells one release from another; in a checkout the code changes and the version does not.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE: Final = Path(__file__).parent.parent
_CACHES: Final = "__pycache__"


def code_stamp(package: Path = _PACKAGE) -> str:
    """Return a digest over the path, size and mtime of every file of the package, at any depth.

    It is over the whole package and not over a list of folders, because such a list forgets the next folder that the
    rendered text depends on. It takes two milliseconds.

    Args:
        package: folder of our code.
    """
    seen = sorted(_looks(os.fspath(package)))
    return hashlib.sha256(repr((package, __version__, seen)).encode()).hexdigest()


def _looks(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                look = entry.stat()
                yield entry.path, look.st_mtime_ns, look.st_size
            elif entry.name != _CACHES:
                yield from _looks(entry.path)
