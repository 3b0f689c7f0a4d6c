"""The state that terraform writes to its output when it can write it nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_MARK: Final = b'"Emergency state dump"'
_RESCUED: Final = b'{"@level":"info","@message":"A state stood here. It has been rescued.","type":"log"}\n'


def holds_state(file: Path) -> bool:
    """Whether the output of a command holds a state."""
    return _line_with_state(file) is not None


def state_in(file: Path) -> bytes | None:
    """Return the state that stands in the output of a command, None where none does or it was cut off."""
    line = _line_with_state(file)
    if line is None:
        return None
    try:
        return json.dumps(json.loads(line)["state"], indent=2).encode() + b"\n"
    except (ValueError, KeyError, TypeError):
        return None


def forget_state(file: Path) -> None:
    """Take the state out of the output of a command, once it is safe elsewhere."""
    kept = [_RESCUED if _MARK in line else line for line in file.read_bytes().splitlines(keepends=True)]
    fresh = file.with_name(f"{file.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(b"".join(kept))
    fresh.replace(file)


def _line_with_state(file: Path) -> bytes | None:
    try:
        with file.open("rb") as lines:
            return next((line for line in lines if _MARK in line), None)
    except FileNotFoundError:
        return None
