"""Plan files of one run: they hold every value in plain text, so none outlives it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace

_OWNER: Final = re.compile(r"-([0-9]+)\.tfplan")


class FreshPlans:
    """Names the files of plans that are made to be done at once.

    Args:
        workspace: where they lie.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.scratch / "plans" / "fresh"

    def file(self, mode: str, name: str) -> Path:
        """Return the plan file of an environment; no other run has the same.

        Raises:
            OutputError: its folder cannot be made.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self._folder} cannot be made: {error.strerror}") from error
        return self._folder / f"{mode}-{name}-{os.getpid()}.tfplan"

    def clear(self) -> None:
        """Delete the plans of this run, and of any that was killed before it could."""
        for file in self._folder.glob("*.tfplan"):
            owner = _OWNER.search(file.name)
            if owner and (int(owner[1]) == os.getpid() or not _lives(int(owner[1]))):
                file.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
