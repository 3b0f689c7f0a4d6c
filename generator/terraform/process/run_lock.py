"""One run at a time in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import files
from generator.errors import ToolError

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path


def held(path: Path, *, purpose: str, patience: float = 300.0) -> FileIO:
    """Take the lock file `path`, and hold it for as long as the context of what is returned lasts.

    Args:
        path: the lock file; created where it does not exist, with its folder.
        purpose: what another holder is doing, for the message (`running terraform for dev`).
        patience: seconds to wait for another holder.

    Raises:
        ToolError: another process held it all that time, or the file cannot be created.
    """
    try:
        return files.lock(path, patience=patience)
    except files.LockHeldError:
        raise ToolError(
            f"another process has been {purpose} for {patience:g} s (it holds {path})",
            hint="wait until it ends, then try again",
        ) from None
    except OSError as error:
        raise ToolError(f"the lock file {path} cannot be created: {error.strerror}", hint="see who owns it") from error
