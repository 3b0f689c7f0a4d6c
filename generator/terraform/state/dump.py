"""What the output of an apply holds when terraform could not save the state.

Terraform leaves the state in errored.tfstate; where it cannot write that file, it prints the state; and where it cannot
even create the file, it says that it has written it, and the state is lost (terraform 1.11.4). Then only the progress
still tells what was made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.files import PRIVATE, replace
from generator.terraform.process.events import read_events

if TYPE_CHECKING:
    from pathlib import Path

_DUMP: Final = b'"Emergency state dump"'
_FAILED: Final = b'"Failed to persist state to backend"'
_PUT_ASIDE: Final = b'{"@level":"info","@message":"A state stood here. It is saved elsewhere.","type":"log"}\n'


@dataclass(frozen=True, slots=True)
class MadeResource:
    """A resource that an apply has made: its address, and what it is called outside."""

    address: str
    id: str


def holds_state(log: Path) -> bool:
    """Whether the output of a command holds a state."""
    return _line_with(_DUMP, log) is not None


def could_not_save(log: Path) -> bool:
    """Whether terraform says in its output that the state was not saved."""
    return _line_with(_FAILED, log) is not None or holds_state(log)


def state_in(log: Path) -> bytes | None:
    """Return the state that stands in the output of a command, None where none does or it was cut off."""
    line = _line_with(_DUMP, log)
    if line is None:
        return None
    try:
        return json.dumps(json.loads(line)["state"], indent=2).encode() + b"\n"
    except (ValueError, KeyError, TypeError):
        return None


def was_cut_off(log: Path) -> bool:
    """Whether an apply was ended before it could say how it ended, and so before it saved the state."""
    kinds = [event.kind for event in read_events(log)]
    return "apply_start" in kinds and kinds[-1] not in {"diagnostic", "change_summary", "outputs"}


def made_in(log: Path) -> list[MadeResource]:
    """List what an apply has made and not destroyed again, in its order."""
    made: dict[str, str] = {}
    for event in read_events(log):
        if event.kind == "apply_complete" and event.id:
            if event.action == "create":
                made[event.address] = event.id
            elif event.action == "delete" and made.get(event.address) == event.id:
                del made[event.address]
    return [MadeResource(address, name) for address, name in made.items()]


def begun_in(log: Path) -> list[str]:
    """List what an apply has begun to create and not finished: addresses, in its order."""
    begun: dict[str, None] = {}
    for event in read_events(log):
        if event.kind == "apply_start" and event.action == "create":
            begun[event.address] = None
        elif event.kind == "apply_complete":
            begun.pop(event.address, None)
    return list(begun)


def put_aside(log: Path) -> None:
    """Take the state out of the output of a command, and call the file otherwise: it has been dealt with."""
    kept = [_PUT_ASIDE if _DUMP in line else line for line in log.read_bytes().splitlines(keepends=True)]
    replace(log.with_suffix(".saved"), b"".join(kept), mode=PRIVATE)
    log.unlink()


def _line_with(mark: bytes, log: Path) -> bytes | None:
    try:
        with log.open("rb") as lines:
            return next((line for line in lines if mark in line), None)
    except FileNotFoundError:
        return None
