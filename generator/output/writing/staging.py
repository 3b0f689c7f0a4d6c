"""Building an environment's new tree beside the live one: what is the same is linked, the rest is written.

Nothing is flushed to the platter (fsync). A killed process loses nothing, because the kernel holds what was written.
After a power cut a freshly written file may be empty; its digest shows it, and it is in git and rendered again. Users'
own files are linked, so their bytes are never written anew.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.files import create
from generator.output.freshness.fingerprint import shape_of
from generator.output.manifest import MANIFEST
from generator.output.ownership import FileState
from generator.output.tree import Signature, delete, link, link_folder, parents, signature
from generator.output.writing.swap import complete, stage_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from generator.output.change import FolderChange
    from generator.output.ownership import Examination
    from generator.output.rendered import Encoded

_GONE = {FileState.SPENT, FileState.SPENT_CONVERTED, FileState.SPENT_EDITED}


@dataclass(frozen=True, slots=True)
class Staged:
    """A complete new tree.

    Attributes:
        seen: signatures of its folders and of our files in it, in the order of a fingerprint's shape.
        linked: our files that were not written anew.
    """

    seen: Mapping[str, Signature]
    linked: tuple[str, ...]


def stage(change: FolderChange, staging: Path) -> Staged:
    """Build the tree `build-NAME` of an environment.

    Raises:
        OSError: the file system refuses; the incomplete tree is gone then.
    """
    build = stage_of(staging, "build", change.name)
    try:
        return _fill(build, change.contents, change.found)
    except BaseException:
        delete(build)
        raise


def stage_foreign(found: Examination, staging: Path) -> None:
    """Build the tree `ready-NAME` of an environment that keeps only what is not ours."""
    build = stage_of(staging, "build", found.folder.name)
    _lay_ground(build, {}, found)
    complete(staging, found.folder.name)


def foreign(found: Examination, wanted: Iterable[str]) -> list[str]:
    """List the files that are not ours and in nobody's way, hidden folders among them."""
    ours = {*wanted, MANIFEST, *(path for path, state in found.states.items() if state in _GONE)}
    folders = {parent for path in wanted for parent in parents(path)}
    return [
        path
        for path in [*found.tree.files, *found.tree.hidden]
        if path not in ours and path not in folders and ours.isdisjoint(parents(path))
    ]


def _fill(build: Path, contents: Mapping[str, Encoded], found: Examination) -> Staged:
    folders = _lay_ground(build, contents, found)
    seen, linked = {}, []
    prefix = f"{build}/"
    for path, content in contents.items():
        if found.states.get(path) is FileState.CURRENT:
            link(found.folder / path, build / path)
            seen[path] = found.tree.files[path]
            linked.append(path)
        else:
            seen[path] = signature(create(prefix + path, content.data))
    # The folders last: each file that comes into one is told by its mtime.
    seen |= {folder: signature(os.lstat(prefix + folder)) for folder in folders}
    return Staged({path: seen[path] for path in shape_of(folders, contents)}, tuple(linked))


def _lay_ground(build: Path, contents: Mapping[str, Encoded], found: Examination) -> list[str]:
    """Make the folders, and link what is not ours into them; return the folders, the top among them."""
    carried = foreign(found, contents)
    gone = {parent for path, state in found.states.items() if state in _GONE for parent in parents(path)}
    needed = {parent for path in contents for parent in parents(path)}
    kept = {folder for path in carried for folder in parents(path)}
    own = {folder for folder in found.tree.folders if folder and folder not in gone and folder not in contents}
    build.mkdir()
    folders = sorted(needed | kept | own)
    for folder in folders:
        place = build / folder
        place.mkdir(exist_ok=True)
        _keep_mode(place, found.tree.folders.get(folder))
    _keep_mode(build, found.tree.folders.get(""))
    hidden = set(found.tree.hidden)
    for path in carried:
        carry = link_folder if path in hidden else link
        carry(found.folder / path, build / path)
    return ["", *folders]


def _keep_mode(place: Path, known: Signature | None) -> None:
    if known is not None and place.stat().st_mode != known[0]:
        place.chmod(stat.S_IMODE(known[0]))
