"""What environments are now, and what they were at a commit: only what differs is read."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.affected.folder import below, called, counts, on_disk, unrendered
from generator.output.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from generator.affected.repository import Blob, Repository

OUTPUT: Final = "modules_out"
_MANY: Final = 50
_HASHES: Final = {40: "sha1", 64: "sha256"}
_LANGUAGE: Final = ".tf"


@dataclass(frozen=True, slots=True)
class Now:
    """Environments as a render would write them now, with what lies beside the rendered files.

    Attributes:
        root: the workspace's folder.
        rendered: text by path, of those environments whose modules on the disk are not to be trusted.
    """

    root: Path
    rendered: Mapping[str, Mapping[str, str]]

    def files(self, name: str) -> dict[str, bytes]:
        """Return the files of an environment by path."""
        folder = self.root / OUTPUT / name
        if name not in self.rendered:
            return on_disk(folder)
        return {path: text.encode() for path, text in self.rendered[name].items()} | unrendered(folder)

    def called(self, name: str) -> set[str]:
        """Return the folders outside of an environment's own that it calls modules from, directly or not."""
        folder = f"{OUTPUT}/{name}"
        found: set[str] = set()
        pending = called(self.files(name), folder)
        while pending:
            other = pending.pop()
            if other not in found:
                found.add(other)
                files = {} if other.startswith("..") else on_disk(self.root / other)
                pending |= called(files, other)
        return found


@dataclass(slots=True)
class Before:
    """Environments as they stood at a commit.

    Attributes:
        repository: the clone.
        commit: when.
        rendered: files by environment, where the commit holds no modules and its specs were rendered; else None.
    """

    repository: Repository
    commit: str
    rendered: Mapping[str, Mapping[str, bytes]] | None = None
    _blobs: dict[str, dict[str, Blob]] = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)

    def gone(self, there: Collection[str]) -> list[str]:
        """List the environments that stood there and are not among those of today."""
        if self.rendered is not None:
            return sorted(self.rendered.keys() - there)
        others = [name for name in self.repository.names(self.commit, OUTPUT) if name not in there]
        return [name for name in others if MANIFEST in self.repository.names(self.commit, f"{OUTPUT}/{name}")]

    def look(self, names: Collection[str]) -> None:
        """List the files of environments, in one call of git."""
        folders = [OUTPUT] if len(names) > _MANY else [f"{OUTPUT}/{name}" for name in names]
        if self.rendered is None and names:
            for blob in self.repository.files(self.commit, folders):
                _, name, path = blob.path.split("/", 2)
                self._blobs.setdefault(name, {})[path] = blob

    def exists(self, name: str) -> bool:
        """Tell whether an environment that was looked at had modules."""
        return bool(self._blobs.get(name) if self.rendered is None else name in self.rendered)

    def differing(self, name: str, files: Mapping[str, bytes]) -> Differing:
        """Return which files of an environment are not byte for byte what they were."""
        if self.rendered is not None:
            old = self.rendered.get(name, {})
            paths = {path for path in (*old, *files) if old.get(path) != files.get(path)}
            return Differing(paths, {path: old[path] for path in paths if path in old}, {})
        blobs = self._blobs.get(name, {})
        gone = blobs.keys() - files.keys()
        paths = gone | {path for path, data in files.items() if not _is(blobs.get(path), data)}
        return Differing(paths, {}, {path: blobs[path] for path in paths if path in blobs})

    def read(self, every: Iterable[Differing]) -> None:
        """Read the old contents of what differs, in one call of git."""
        blobs = [blob for differing in every for blob in differing.blobs.values()]
        contents = self.repository.read(blobs)
        self._contents.update({blob.name: contents[blob.path] for blob in blobs})

    def contents(self, differing: Differing) -> dict[str, bytes]:
        """Return the old contents by path, once they were read."""
        return {**differing.known, **{path: self._contents[blob.name] for path, blob in differing.blobs.items()}}

    def outside(self, paths: Sequence[str]) -> dict[str, bytes]:
        """Return the old contents of files elsewhere in the workspace; those that were not there are left out."""
        blobs = self.repository.files(self.commit, sorted({posixpath.dirname(path) or "." for path in paths}))
        return dict(self.repository.read([blob for blob in blobs if blob.path in paths]))


@dataclass(frozen=True, slots=True)
class Differing:
    """Files of one environment that are not byte for byte what they were.

    Attributes:
        paths: relative to the environment's folder; what changes no plan is among them.
        known: old contents that are in memory.
        blobs: old contents that git has.
    """

    paths: Collection[str]
    known: Mapping[str, bytes]
    blobs: Mapping[str, Blob]

    def relevant(self, files: Mapping[str, bytes]) -> Differing:
        """Leave out what changes no plan; `files` are all that the environment has now."""
        texts = {posixpath.basename(path) for path in self.paths if path.endswith(".md")}
        named = {
            text
            for text in texts
            if any(text.encode() in data for path, data in files.items() if path.endswith(_LANGUAGE))
        }
        paths = {path for path in self.paths if counts(path, named)}
        return Differing(
            paths,
            {path: data for path, data in self.known.items() if path in paths},
            {path: blob for path, blob in self.blobs.items() if path in paths},
        )


def changed_below(changed: Iterable[str], folders: Collection[str]) -> list[str]:
    """Return the changed files in folders that modules are called from, sorted."""
    return sorted(path for path in below(changed, folders) if counts(path))


def _is(blob: Blob | None, data: bytes) -> bool:
    """Tell whether a file is byte for byte what git has; where git converts line ends, it may say no."""
    if blob is None:
        return False
    digest = hashlib.new(_HASHES[len(blob.name)], b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest() == blob.name
