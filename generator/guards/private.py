"""Files and folders for their owner alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS: Final = 0o077


def make_folder(folder: Path, *, below: Path) -> None:
    """Make a folder and all between it and `below` for the owner alone (0700), also those that exist.

    Raises:
        OSError: it cannot be made.
    """
    below.mkdir(parents=True, exist_ok=True)
    for part in reversed([folder, *folder.parents]):
        if part.is_relative_to(below) and part != below:
            part.mkdir(mode=0o700, exist_ok=True)
            if part.stat().st_mode & _OTHERS:
                part.chmod(0o700)


def write(file: Path, content: bytes) -> None:
    """Write a file for the owner alone (0600), whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    staged = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as new:
            new.write(content)
        staged.replace(file)
    finally:
        staged.unlink(missing_ok=True)
