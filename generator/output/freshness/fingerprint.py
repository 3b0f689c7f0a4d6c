"""One short text for the state of a whole folder, from looks (stat) alone: the quickest proof that nothing happened."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from generator.output.tree import Signature, Tree

# What is looked at: paths below an environment's folder, its folders first. A folder's mtime tells of every entry that
# came or went, so that nothing needs listing.
Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The state of a folder.

    Attributes:
        text: a digest over size, inode, mtime and ctime of everything in the shape.
        newest: the latest of these times, in nanoseconds.
    """

    text: str
    newest: int

    def if_older(self, now: int) -> str:
        """Return the text if everything was last touched before `now`; else "", for it cannot be trusted."""
        return self.text if self.newest < now else ""


def shape_of(folders: Iterable[str], ours: Iterable[str]) -> Shape:
    """Return what to look at: every folder that is not hidden, and our files."""
    return (*sorted(folders), *sorted(ours))


def seen_in(tree: Tree, ours: Iterable[str]) -> dict[str, Signature]:
    """Return the signatures of what a fingerprint is about, in the order of its shape, from a folder that was scanned.

    Raises:
        KeyError: some of our files is not there.
    """
    return {path: tree.folders.get(path) or tree.files[path] for path in shape_of(tree.folders, ours)}


def fingerprint_of(seen: Mapping[str, Signature]) -> Fingerprint:
    """Make the fingerprint of a folder from the signatures of what is in its shape, in that order."""
    numbers: list[int] = []
    for _, size, mtime, inode, ctime in seen.values():
        numbers += (size, inode, mtime, ctime)
    return _fingerprint(numbers)


def look_at(folder: Path, shape: Shape) -> Fingerprint:
    """Make the fingerprint of a folder by looking at everything in `shape`.

    Raises:
        OSError: some of it does not exist.
    """
    # This runs for thirty files of every environment at every render: it makes no object that it does not need.
    look, top = os.lstat, f"{folder}/"
    numbers: list[int] = []
    for path in shape:
        seen = look(top + path)
        numbers += (seen.st_size, seen.st_ino, seen.st_mtime_ns, seen.st_ctime_ns)
    return _fingerprint(numbers)


def _fingerprint(numbers: list[int]) -> Fingerprint:
    newest = max(*numbers[2::4], *numbers[3::4])
    return Fingerprint(hashlib.blake2b(str(numbers).encode(), digest_size=16).hexdigest(), newest)
