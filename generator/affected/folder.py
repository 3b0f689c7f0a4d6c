"""The files of an environment's folder that Terraform reads: as they stand now, and as they stood at a commit."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from typing import TYPE_CHECKING, Final

from generator.hcl.calls import local_calls
from generator.output.manifest import MANIFEST
from generator.output.ownership import read_manifest
from generator.output.tree import read, scan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

# What terraform, editors and git leave, and what only `terraform test` reads.
_PASSED_OVER: Final = re.compile(
    r"(?:.*/)?(?:\.terraform/.*|\.terraform\.tfstate.*|errored\.tfstate|terraform\.tfstate.*|.*\.tfplan|.*\.tftest\.hcl"
    r"|\.git(?:ignore|keep|attributes)|\.tfstencil.*|\.DS_Store|\..*\.sw[a-p]|.*~)"
)
_TEXT: Final = ".md"


def counts(path: str, named: Collection[str] = ()) -> bool:
    """Tell whether a file may change a plan.

    Args:
        path: relative to the environment's folder, with `/`.
        named: names of files that a configuration mentions: a README is read where one does.
    """
    if posixpath.basename(path) == MANIFEST or _PASSED_OVER.fullmatch(path):
        return False
    return not path.endswith(_TEXT) or posixpath.basename(path) in named


def on_disk(folder: Path) -> dict[str, bytes]:
    """Read the files of a folder by path; what terraform leaves is passed over, links are told by where they lead."""
    tree = scan(folder)
    found = {}
    for path, seen in tree.files.items():
        full = os.path.join(folder, path)  # noqa: PTH118  # thirty thousand files
        if stat.S_ISLNK(seen[0]):
            found[path] = os.fsencode(os.readlink(full))  # noqa: PTH115  # as above
        elif stat.S_ISREG(seen[0]) and not _PASSED_OVER.fullmatch(path):
            found[path] = read(full)
    return found


def unrendered(folder: Path) -> dict[str, bytes]:
    """Read the files of an environment's folder that tfstencil did not render, and that may change a plan."""
    if folder.is_symlink() or not folder.is_dir():
        return {}
    tree = scan(folder)
    manifest, _, _ = read_manifest(folder, tree)
    ours = manifest.files if manifest else {}
    return {path: read(f"{folder}/{path}") for path in tree.files if path not in ours and counts(path, (path,))}


def called(files: Mapping[str, bytes], folder: str) -> set[str]:
    """Return the folders outside of an environment's own that its modules are called from.

    Args:
        files: of the environment, by path.
        folder: the environment's own, relative to the workspace.

    Returns:
        Relative to the workspace; one that leads out of it begins with `..`.
    """
    found = set()
    for path, data in files.items():
        if path.endswith(".tf") and b"../" in data:
            here = posixpath.join(folder, posixpath.dirname(path))
            targets = {posixpath.normpath(posixpath.join(here, source)) for _, source in local_calls(_text(data))}
            found |= {target for target in targets if not _is_in(target, folder)}
    return found


def below(paths: Iterable[str], folders: Collection[str]) -> Iterator[str]:
    """Yield the paths that lie in one of the folders."""
    return (path for path in paths if any(_is_in(path, folder) for folder in folders))


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
