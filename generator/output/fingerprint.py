"""One short text for the state of a whole folder, from looks (stat) alone: the quickest proof that nothing happened."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The state of a folder.

    Attributes:
        text: a digest over the path, size, inode, mtime and ctime of every file.
        newest: the latest of these times, in nanoseconds; 0 for an empty folder.
    """

    text: str
    newest: int

    def if_older(self, now: int) -> str:
        """Return the text if every file was last touched before `now`; else "", for it cannot be trusted."""
        return self.text if self.newest < now else ""


def fingerprint_of(folder: Path) -> Fingerprint:
    """Look at everything in `folder` but what is in hidden folders.

    Raises:
        OSError: it does not exist, or cannot be read.
    """
    # This runs for every environment at every render, so it makes no objects that it does not need.
    lines: list[str] = []
    newest = 0
    pending = [os.fspath(folder)]
    while pending:
        place = pending.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name[0] != ".":
                        pending.append(entry.path)
                    continue
                seen = entry.stat(follow_symlinks=False)
                mtime, ctime = seen.st_mtime_ns, seen.st_ctime_ns
                newest = max(newest, mtime, ctime)
                lines.append(f"{entry.path}\0{seen.st_size} {seen.st_ino} {mtime} {ctime}")
    lines.sort()
    text = "\n".join(lines).encode(errors="surrogateescape")
    return Fingerprint(hashlib.blake2b(text, digest_size=16).hexdigest(), newest)
