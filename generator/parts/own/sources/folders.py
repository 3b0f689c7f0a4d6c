"""The folders of parts in a workspace, and what may not lie there: links, odd names, what is no part."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workspace import Workspace

PARTS: Final = "parts"
LOCK_FILE: Final = "parts.lock.yaml"
_NAME: Final = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*")
_HARMLESS: Final = re.compile(r"\..*|.*~|README.*|.*\.md", re.IGNORECASE)


def part_folders(workspace: Workspace) -> list[Path]:
    """List the folders below `parts/` that a part may lie in, sorted."""
    folder = workspace.root / PARTS
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if not _HARMLESS.fullmatch(entry.name)]
    return [folder / name for name in sorted(found)]


def misplaced(workspace: Workspace, folder: Path) -> Iterator[Problem]:
    """Yield why an entry below `parts/` can be no part, and what in it leads out of it."""
    shown = workspace.relative(folder)
    if not _NAME.fullmatch(folder.name):
        hint = "a part has a name of lower-case letters, digits and hyphens"
        yield _problem(shown, "is not the name of a part", hint)
        return
    if folder.is_symlink():
        yield _problem(
            shown, "is a link, and not a folder of the workspace", "copy the part: tfstencil part add FOLDER"
        )
        return
    if not folder.is_dir():
        yield _problem(shown, "is not a folder", "a part is a folder with a part.yaml; remove it")
        return
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(parent, name)
            if path.is_symlink():
                yield _problem(workspace.relative(path), "is a link", "put the file itself there")


def _problem(shown: str, message: str, hint: str) -> Problem:
    return Problem(Place(shown), "", message, hint, rule="part-folder")
