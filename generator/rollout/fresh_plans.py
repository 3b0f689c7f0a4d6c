"""Plan files of one run: they hold every value in plain text, so none outlives it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError
from generator.terraform.process.memory import close, file_in_memory, is_in_memory

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace

_OWNER: Final = re.compile(r"-([0-9]+)\.tfplan")


class FreshPlans:
    """Makes the files of plans that are done at once: in memory, or where there is no such thing in a folder.

    Args:
        workspace: whose plans.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.scratch / "plans" / "fresh"
        self._files: dict[tuple[str, str], Path] = {}

    def file(self, mode: str, name: str) -> Path:
        """Return the plan file of an environment; no other run has the same.

        Raises:
            OutputError: its folder cannot be made.
        """
        if (mode, name) not in self._files:
            on_disk = self._folder / f"{mode}-{name}-{os.getpid()}.tfplan"
            file = file_in_memory(f"plan of {name}", on_disk)
            if not is_in_memory(file):
                self._make_folder()
            self._files[mode, name] = file
        return self._files[mode, name]

    def clear(self) -> None:
        """Delete the plans of this run, and of any that was killed before it could."""
        while self._files:
            close(self._files.popitem()[1])
        for file in self._folder.glob("*.tfplan"):
            owner = _OWNER.search(file.name)
            if owner and not _lives(int(owner[1])):
                file.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self._folder} cannot be made: {error.strerror}") from error


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
