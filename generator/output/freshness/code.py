"""A stamp of our own code: what it was when the index of unchanged environments was written.

The version tells one release from another; in a checkout the code changes and the version does not.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator import __version__
from generator.output.tree import signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.output.tree import Signature

_PACKAGE: Final = Path(__file__).parents[2]
_CACHES: Final = "__pycache__"


@cache
def code_stamp() -> str:
    """Return the stamp of the code that runs, as it was when we were first asked.

    A process that lasts, such as `watch`, runs what it has imported, whatever is written over it later.
    """
    return stamp_of(_PACKAGE)


def stamp_of(package: Path) -> str:
    """Return a digest over the path and the look (stat) of every file of a package, at any depth.

    It is over the whole package and not over a list of folders, because such a list forgets the next folder that the
    rendered text depends on. It takes two milliseconds.

    Args:
        package: folder of our code.
    """
    seen = sorted(_looks(os.fspath(package)))
    return hashlib.sha256(repr((package, __version__, seen)).encode()).hexdigest()


def _looks(folder: str) -> Iterator[tuple[str, Signature]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry.path, signature(entry.stat())
            elif entry.name != _CACHES:
                yield from _looks(entry.path)
