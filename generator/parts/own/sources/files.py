"""The files of parts: which they are, and their digests. Nothing is parsed: a render of unchanged specs asks."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from generator.parts.own.sources.folders import LOCK_FILE, PARTS

if TYPE_CHECKING:
    from generator.workspace import Workspace


def digest_of_parts(workspace: Workspace) -> str:
    """Return the digest of all parts of a workspace, and of its lock; "" where it has none."""
    lock = workspace.root / LOCK_FILE
    locked = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else ""
    folder = workspace.root / PARTS
    return locked + (digest_of(folder) if folder.is_dir() else "")


def digest_of(folder: Path) -> str:
    """Return the digest of a part's text: of every file's path and content."""
    total = hashlib.sha256()
    for name in files_of(folder):
        data = (folder / name).read_bytes()
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data)
    return f"sha256:{total.hexdigest()}"


def files_of(folder: Path) -> list[str]:
    """List the files of a part by their paths, sorted; what is hidden or a copy of an editor belongs to no part."""
    found: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        paths = (Path(parent, name) for name in names if not name.startswith(".") and not name.endswith("~"))
        found += [path.relative_to(folder).as_posix() for path in paths if not path.is_symlink()]
    return sorted(found)
