"""What terraform says, kept in files for a later look: for their owner alone, without secrets, the oldest go."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, BinaryIO, Final

from generator.files import PRIVATE, replace
from generator.terraform.process.memory import file_in_memory
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Clean = Callable[[str], str]

# Of commands that change something more is kept, since nobody can have terraform say it again.
_CHANGING: Final = re.compile(r"-(?:apply|destroy)\.(?:out|err|saved)$")
_SUFFIXES: Final = frozenset({".out", ".err", ".saved"})
_KEPT: Final = 60


def create(folder: Path, name: str) -> tuple[Path, Path, BinaryIO, BinaryIO]:
    """Make the two files of a command (0600, in a folder 0700); the oldest of its kind go.

    Args:
        folder: of all logs.
        name: of the command.

    Returns:
        Paths of output and error output, and both files, open.

    Raises:
        OutputError: there is no room for them.
    """
    stem = f"{time.time_ns()}-{name}"
    stdout, stderr = folder / f"{stem}.out", folder / f"{stem}.err"
    with writing(folder, "the output of terraform"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(folder)
        return stdout, stderr, _open(stdout), _open(stderr)


def create_in_memory(folder: Path, name: str) -> tuple[Path, Path, BinaryIO, BinaryIO]:
    """Make the two files of a command as `create` does, but its output in memory alone where the system can.

    Raises:
        OutputError: there is no room for them.
    """
    stdout, stderr, out, err = create(folder, name)
    memory = file_in_memory(name, stdout)
    if memory == stdout:
        return stdout, stderr, out, err
    out.close()
    stdout.unlink()
    return memory, stderr, memory.open("wb"), err


def clean_file(file: Path, clean: Clean) -> None:
    """Take secrets out of a log; a log that cannot be written again stays as it is."""
    try:
        text = file.read_bytes().decode("utf-8", "surrogateescape")
        cleaned = clean(text)
        if cleaned == text:
            return
        replace(file, cleaned.encode("utf-8", "surrogateescape"), mode=PRIVATE)
    except OSError:
        # On a full disk the log is worth more than its tidiness: it is for its owner alone in any case.
        return


def newest_change(folder: Path) -> Path | None:
    """Return the output of the last command that changed something, None where there is none."""
    found = sorted(file for file in folder.glob("*.out") if _CHANGING.search(file.name))
    return found[-1] if found else None


def _make_room(folder: Path) -> None:
    files = sorted(file.name for file in folder.iterdir() if file.suffix in _SUFFIXES)
    changing = [name for name in files if _CHANGING.search(name)]
    others = [name for name in files if not _CHANGING.search(name)]
    for name in changing[:-_KEPT] + others[:-_KEPT]:
        (folder / name).unlink(missing_ok=True)


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
