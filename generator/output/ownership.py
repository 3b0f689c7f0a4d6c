"""Who wrote what lies in an environment's folder: we, a person over ours, or somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.output.manifest import MANIFEST, Manifest, in_conflict, parse
from generator.output.rendered import digest
from generator.output.tree import Tree, is_regular, parents, read, scan
from generator.rendering.header import has_header

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.output.tree import Signature


_TOP = 2048


class FileState(Enum):
    """What a path in an environment's folder is, seen from the render that is about to happen."""

    MISSING = "to be created"
    CURRENT = "as it would be written"
    OUTDATED = "ours, unedited, to be written again"
    CONVERTED = "ours, with other line endings, to be written again"
    CONFLICTED = "ours, left in conflict by a merge, to be written again"
    EDITED = "ours, edited by hand"
    FOREIGN = "not ours, where we write"
    SPENT = "ours, unedited, no longer rendered"
    SPENT_CONVERTED = "ours, with other line endings, no longer rendered"
    SPENT_EDITED = "ours, edited by hand, no longer rendered"
    STRAY = "bears our header, yet no manifest lists it and nothing renders it"


@dataclass(frozen=True, slots=True)
class Examination:
    """An environment's folder, compared with what would be written there.

    Attributes:
        folder: absolute.
        tree: what lies there.
        manifest: what the last render left; None where there is none, or none that can be read.
        manifest_data: its bytes; None where there is no manifest file.
        damage: why the manifest cannot be read, else "".
        states: state by path, of every path that is ours or would be; the manifest is not among them.
    """

    folder: Path
    tree: Tree
    manifest: Manifest | None
    manifest_data: bytes | None
    damage: str
    states: Mapping[str, FileState]

    @property
    def exists(self) -> bool:
        """Whether the folder is there."""
        return "" in self.tree.folders

    def paths(self, *states: FileState) -> tuple[str, ...]:
        """List the paths in any of `states`, sorted."""
        return tuple(sorted(path for path, state in self.states.items() if state in states))


def examine(folder: Path, wanted: Mapping[str, str]) -> Examination:
    """Compare a folder with what would be written there.

    Args:
        folder: the environment's folder; may be missing.
        wanted: SHA-256 by path of what would be written.
    """
    tree = scan(folder)
    manifest, data, damage = read_manifest(folder, tree)
    listed = manifest.files if manifest else {}
    states = {path: _wanted_state(folder, tree, path, sha256, listed.get(path)) for path, sha256 in wanted.items()}
    for path, sha256 in listed.items():
        if path not in wanted and (known := tree.files.get(path)):
            states[path] = _spent_state(f"{folder}/{path}", known, sha256)
    for path, known in tree.files.items():
        if path not in states and path != MANIFEST and is_regular(known) and _bears_header(folder / path):
            states[path] = FileState.STRAY
    return Examination(folder, tree, manifest, data, damage, states)


def read_manifest(folder: Path, tree: Tree) -> tuple[Manifest | None, bytes | None, str]:
    """Read the manifest of a folder that was scanned.

    Returns:
        The manifest, its bytes, and why it cannot be read; each None or "" where there is no such thing.
    """
    known = tree.files.get(MANIFEST)
    if known is None:
        return None, None, "is a folder" if MANIFEST in tree.hidden else ""
    if not is_regular(known):
        return None, None, "is not an ordinary file"
    data = (folder / MANIFEST).read_bytes()
    try:
        return parse(data), data, ""
    except OutputError as error:
        return None, data, str(error)


def _wanted_state(folder: Path, tree: Tree, path: str, sha256: str, listed: str | None) -> FileState:
    known = tree.files.get(path)
    if known is None:
        return FileState.FOREIGN if obstacle(tree, path) else FileState.MISSING
    if not is_regular(known):
        return FileState.EDITED if listed else FileState.FOREIGN
    data = read(f"{folder}/{path}")
    found = digest(data)
    if found in {sha256, listed}:
        return FileState.CURRENT if found == sha256 else FileState.OUTDATED
    if is_converted(data, sha256, listed):
        return FileState.CONVERTED
    return _changed_state(data, listed=bool(listed))


def _changed_state(data: bytes, *, listed: bool) -> FileState:
    """Say what a file is that holds nothing that we ever wrote there."""
    if not listed and not _is_headed(data):
        return FileState.FOREIGN
    if in_conflict(data):
        return FileState.CONFLICTED
    return FileState.EDITED if listed else FileState.OUTDATED


def _spent_state(file: str, known: Signature, sha256: str) -> FileState:
    data = read(file) if is_regular(known) else b""
    if is_regular(known) and digest(data) == sha256:
        return FileState.SPENT
    return FileState.SPENT_CONVERTED if is_converted(data, sha256) else FileState.SPENT_EDITED


def is_converted(data: bytes, *wanted: str | None) -> bool:
    """Tell whether a file is one of those digests, but for its line endings: git's `autocrlf` makes such."""
    return b"\r\n" in data and digest(data.replace(b"\r\n", b"\n")) in wanted


def obstacle(tree: Tree, path: str) -> str:
    """Return what keeps `path` from being a file: a folder there, a file where its folder would be, or ""."""
    if path in tree.folders:
        return path
    return next((parent for parent in parents(path) if parent in tree.files), "")


def _bears_header(file: Path) -> bool:
    # A header stands at the top; what a user keeps here may be large.
    with file.open("rb") as stream:
        return _is_headed(stream.read(_TOP))


def _is_headed(data: bytes) -> bool:
    return has_header(data[:_TOP].decode(errors="replace"))
