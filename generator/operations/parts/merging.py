"""Three-way merges of whole folders and of files, by git: what cannot be merged stays visible in the text."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOO_MANY: Final = 127


def merged(mine: str, base: str, theirs: str, labels: tuple[str, str, str]) -> tuple[str, int]:
    """Merge two texts that come from one.

    Args:
        mine: as it is here.
        base: what both come from.
        theirs: as it is there.
        labels: what the three are called where a conflict is shown.

    Returns:
        The text, and how many conflicts are in it, each between lines of <, = and >.

    Raises:
        ToolError: git is missing, or cannot merge.
    """
    git = shutil.which("git")
    if git is None:
        raise ToolError("git is missing, which merges texts", hint="install git")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("mine", "base", "theirs")]
        for path, text in zip(paths, (mine, base, theirs), strict=True):
            path.write_text(text, encoding="utf-8")
        words = [word for label in labels for word in ("-L", label)]
        command = [git, "merge-file", "-p", "--diff3", *words, *map(str, paths)]
        result = subprocess.run(  # noqa: S603  # an argument list: no shell, and no word of a user
            command, capture_output=True, check=False, text=True, encoding="utf-8"
        )
    if not 0 <= result.returncode <= _TOO_MANY:
        raise ToolError(f"git merge-file failed: {result.stderr.strip()}", hint="merge the texts by hand")
    return result.stdout, result.returncode


def merged_folders(
    mine: Mapping[str, str], base: Mapping[str, str], theirs: Mapping[str, str], labels: tuple[str, str, str]
) -> tuple[dict[str, str | None], list[str]]:
    """Merge two folders that come from one.

    Returns:
        The new text of each file that changes, None for one that goes; and the files with conflicts.

    Raises:
        ToolError: git is missing, or cannot merge.
    """
    changes: dict[str, str | None] = {}
    conflicts: list[str] = []
    for name in sorted({*base, *theirs}):
        own, old, new = mine.get(name), base.get(name), theirs.get(name)
        if new in (old, own):
            continue
        if own == old:
            changes[name] = new
        elif new is None or own is None:
            # One side took away what the other changed: what is here stays, and a person decides.
            conflicts.append(name)
            if own is None:
                changes[name] = new
        else:
            changes[name], count = merged(own, old or "", new, labels)
            conflicts += [name] if count else []
    return changes, conflicts
