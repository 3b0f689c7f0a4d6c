"""Writing a text file for a person: whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def create_file(path: Path, text: str) -> None:
    """Create a file.

    Raises:
        FileExistsError: there is one; it stays as it is.
        OutputError: the folder cannot be written.
    """
    with _staged(path, text) as staged:
        # A link, unlike a rename, never takes the place of a file that somebody else has just made.
        path.hardlink_to(staged)


def replace_file(path: Path, text: str) -> bool:
    """Create or replace a file, with the folders above it.

    Returns:
        Whether it changed.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        if path.is_file() and path.read_bytes() == text.encode():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from error
    with _staged(path, text) as staged:
        staged.replace(path)
    return True


@contextmanager
def _staged(path: Path, text: str) -> Iterator[Path]:
    # The leading dot keeps a file that a killed process left from being taken for a spec.
    staged = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        staged.write_text(text, encoding="utf-8", newline="\n")
        yield staged
    except FileExistsError:
        raise
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        staged.unlink(missing_ok=True)


def _refused(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path} cannot be written: {error.strerror}", hint="check the folder and its permissions")
