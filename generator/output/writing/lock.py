"""One writer of the output at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import files
from generator.errors import OutputError

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

PATIENCE = 120.0


def exclusive(path: Path, *, patience: float = PATIENCE) -> FileIO:
    """Take the lock of the output, and hold it for as long as the context of what is returned lasts.

    Args:
        path: the lock file; created where it does not exist, with its folder.
        patience: seconds to wait for another holder.

    Raises:
        OutputError: another process held it all that time.
        OSError: the file cannot be created.
    """
    try:
        return files.lock(path, patience=patience, mode=files.SHARED)
    except files.LockHeldError as error:
        raise OutputError(
            f"{path}: another render (process {error.holder}) has been writing for {patience:g} s",
            hint="wait until it ends, then render again",
        ) from None
