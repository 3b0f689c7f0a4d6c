"""Writing a text file for a person: whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.files import staged, update

if TYPE_CHECKING:
    from pathlib import Path


def create_file(path: Path, text: str) -> None:
    """Create a file.

    Raises:
        FileExistsError: there is one; it stays as it is.
        OutputError: the folder cannot be written.
    """
    try:
        # A link, unlike a rename, never takes the place of a file that somebody else has just made.
        with staged(path, text.encode()) as fresh:
            path.hardlink_to(fresh)
    except FileExistsError:
        raise
    except OSError as error:
        raise _refused(path, error) from error


def replace_file(path: Path, text: str) -> bool:
    """Create or replace a file, with the folders above it.

    Returns:
        Whether it changed.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        return update(path, text.encode())
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path} cannot be written: {error.strerror}", hint="check the folder and its permissions")
