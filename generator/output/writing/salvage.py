"""The last look at a tree before it is deleted: nothing goes that is in no other place and that we cannot render again.

A render replaces whole folders. Between its look at one and the swap a person may save a file there, or a program write
its state. So a file of the replaced tree is deleted only if it is also part of the new tree (a hard link), or if the
manifest vouches for its bytes. Any other file is moved over, or, where its place is taken, set aside.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.output.manifest import MANIFEST
from generator.output.ownership import is_converted, read_manifest
from generator.output.rendered import digest
from generator.output.tree import delete, scan
from generator.output.writing.swap import heal, stage_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.output.destination import Destination


@dataclass(slots=True)
class Rescue:
    """Deletes replaced trees, and notes what it saved from them.

    Attributes:
        destination: whose trees.
        notes: one sentence for each file that was set aside.
    """

    destination: Destination
    notes: list[str] = field(default_factory=list)

    def retire(self, tree: Path, successor: Path) -> None:
        """Delete `tree`, which `successor` replaces, after saving what is nowhere else."""
        manifest, _, _ = read_manifest(tree, scan(tree))
        vouched = manifest.files if manifest else {}
        name = successor.name.removeprefix("replace-")
        for path in _single_files(tree):
            file = tree / path
            if path == MANIFEST or (path in vouched and _is_vouched_for(file, vouched[path])):
                continue
            # An edited file of ours is not to come back where a render has just replaced or pruned it.
            if path in vouched or not _carried_over(file, successor / path):
                self._set_aside(file, name, path)
        # The manifest last: should we be killed in between, it still has to vouch for the rest.
        for entry in tree.iterdir():
            if entry.name != MANIFEST:
                delete(entry)
        delete(tree)

    def abandon(self, name: str) -> None:
        """Delete the tree `ready-NAME` that is not to be put in place after all."""
        ready = stage_of(self.destination.staging, "ready", name)
        if ready.is_dir():
            # It may be the tree that was just replaced, if an interrupt came in between: hence no plain deletion.
            self.retire(ready, self.destination.live(name))

    def clear(self) -> None:
        """Delete the replaced trees, then the staging folder; what cannot be deleted is left to the next render."""
        try:
            heal(self.destination.staging, self.destination.folder, self.retire)
            self.destination.close_staging()
        except OSError as error:
            left = self.destination.workspace.relative(self.destination.staging)
            self.notes.append(f"{left}: cannot be cleared ({error.strerror}); the next render tries again")

    def _set_aside(self, file: Path, name: str, path: str) -> None:
        aside = self._aside(name, path)
        shutil.move(file, aside)
        workspace = self.destination.workspace
        self.notes.append(
            f"{self.destination.show(name, path)}: the file that was there is now {workspace.relative(aside)}"
        )

    def _aside(self, name: str, path: str) -> Path:
        wish = self.destination.scratch / "rescued" / name / path
        wish.parent.mkdir(parents=True, exist_ok=True)
        place, count = wish, 1
        while os.path.lexists(place):
            count += 1
            place = wish.with_name(f"{wish.name}.{count}")
        return place


def _single_files(tree: Path) -> Iterator[str]:
    """Yield the paths of everything that has no other link, hidden folders included."""
    for place, folders, files in os.walk(tree):
        for name in [*files, *folders]:
            file = os.path.join(place, name)  # noqa: PTH118  # a Path for each of thirty thousand files is felt
            seen = os.lstat(file)
            if seen.st_nlink == 1 and not stat.S_ISDIR(seen.st_mode):
                yield os.path.relpath(file, tree)


def _carried_over(file: Path, place: Path) -> bool:
    """Move a file to its place in the new tree, if that is free; the same content there is as good."""
    if os.path.lexists(place):
        return _same(file, place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return False
    file.rename(place)
    return True


def _same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def _is_vouched_for(file: Path, sha256: str) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    data = file.read_bytes()
    return digest(data) == sha256 or is_converted(data, sha256)
