"""Versions of a state: what it was before each change, noted so that it can be brought back.

Where a versioned bucket keeps the state, its version there is noted, and nothing is copied. Otherwise a copy is kept,
for its owner alone: a state holds secrets in plain text.

    <folder>/<version>.json      what is known of it
    <folder>/<version>.tfstate   the copy, where there is one
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.errors import TfstencilError
from generator.terraform.state.migration import count
from generator.terraform.state.rescue import differ, write_copy
from generator.terraform.state.unsaved import parse_state
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from pathlib import Path

    from generator.terraform.stack import TerraformStack
    from generator.terraform.state.bucket_object import StateObject

KEPT: Final = 10
_FORMAT: Final = 1
_LARGEST: Final = 1 << 33  # seconds since 1970, until the year 2242
_UNCHANGED: Final = "nothing was changed"


@dataclass(frozen=True, slots=True)
class StateVersion:
    """What a state was before a change.

    Attributes:
        name: its number and the beginning of its digest: `12-3f9a2c1b`.
        noted: when, in seconds since 1970.
        verb: what came after it: `apply`, `destroy`, `bootstrap` or `restore`.
        lineage: of the state.
        serial: of the state.
        resources: how many it describes.
        object_version: its version in the bucket; "" where a copy was made.
    """

    name: str
    noted: int
    verb: str
    lineage: str
    serial: int
    resources: int
    object_version: str

    @classmethod
    def read(cls, file: Path) -> StateVersion | None:
        """Read what was noted; None where it is damaged."""
        try:
            content = json.loads(file.read_bytes())
            if content.pop("format") != _FORMAT:
                return None
            found = cls(**content)
            texts = (found.name, found.verb, found.lineage, found.object_version)
            numbers = (found.noted, found.serial, found.resources)
            sound = all(isinstance(text, str) for text in texts) and all(
                type(number) is int and 0 <= number < _LARGEST for number in numbers
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return found if sound and found.name == file.stem else None


class StateVersions:
    """The versions of one environment's state.

    Args:
        folder: where they are noted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[StateVersion]:
        """List them, the newest first."""
        if not self._folder.is_dir():
            return []
        found = [version for file in self._folder.glob("*.json") if (version := StateVersion.read(file))]
        return sorted(found, key=lambda version: (version.noted, version.serial), reverse=True)

    def note(self, stack: TerraformStack, verb: str) -> StateVersion | None:
        """Note what the state is now, before it changes; forget the oldest beyond `KEPT`.

        Returns:
            What was noted; None where there is no state yet.

        Raises:
            TerraformError: the state cannot be read.
            OutputError: it cannot be written down; nothing must be changed then.
        """
        content, number = _now(stack)
        state = parse_state(content) if content else None
        if content is None or state is None:
            return None
        digest = hashlib.sha256(content).hexdigest()[:8]
        serial = int(state["serial"])
        version = StateVersion(
            f"{serial}-{digest}", int(time.time()), verb, str(state["lineage"]), serial, count(state), number
        )
        copy = self._copy(version)
        if not number:
            write_copy(copy, content)
        with writing(self._folder, "the version of the state"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_copy(self._folder / f"{version.name}.json", json.dumps({"format": _FORMAT, **asdict(version)}).encode())
        self._forget()
        return version

    def content(self, version: StateVersion, place: StateObject | None) -> dict[str, Any]:
        """Return a state as it was.

        Args:
            version: which.
            place: where a bucket keeps it.

        Raises:
            TfstencilError: it is not there any more, or is not what was noted.
        """
        content: bytes | None = None
        if version.object_version:
            found = place.read(version.object_version) if place else None
            content = found[0] if found else None
        else:
            with suppress(OSError):
                content = self._copy(version).read_bytes()
        state = parse_state(content) if content else None
        if content is None or state is None:
            where = f"version {version.object_version} in the bucket" if version.object_version else "the copy of it"
            raise TfstencilError(f"{version.name} is gone: {where} is not there any more", hint=_UNCHANGED)
        if hashlib.sha256(content).hexdigest()[:8] != version.name.rpartition("-")[2]:
            raise TfstencilError(f"{version.name} is not what was noted: its content has changed", hint=_UNCHANGED)
        return state

    def _copy(self, version: StateVersion) -> Path:
        return self._folder / f"{version.name}.tfstate"

    def _forget(self) -> None:
        for version in self.all()[KEPT:]:
            self._copy(version).unlink(missing_ok=True)
            (self._folder / f"{version.name}.json").unlink(missing_ok=True)


def restored(stack: TerraformStack, was: dict[str, Any], *, folder: Path) -> dict[str, Any]:
    """Put a state back, above whatever is there: its serial moves on, so that nobody takes it for an old one.

    Args:
        stack: whose.
        was: the state as it was.
        folder: for the file that is pushed.

    Returns:
        The state as it is read back.

    Raises:
        TfstencilError: another state is there, or another one is read back.
        TerraformError: it cannot be pushed.
    """
    now = stack.state()
    require_same_lineage(now, was)
    serial = max(int(now.get("serial", 0)), int(was["serial"])) + 1
    file = folder / "restored.tfstate"
    write_copy(file, json.dumps(was | {"serial": serial}, indent=2).encode())
    try:
        stack.push(file)
    finally:
        file.unlink(missing_ok=True)
    there = stack.state()
    if differ(there, was):
        raise TfstencilError(
            f"the state was pushed, and another one is read back (serial {there.get('serial')})",
            hint="compare it with what terraform state pull says; the version that was there is noted as well",
        )
    return there


def require_same_lineage(now: dict[str, Any], was: dict[str, Any]) -> None:
    """Refuse to put a state in the place of one that it never was.

    Raises:
        TfstencilError: they are different states.
    """
    if now.get("resources") and now.get("lineage") != was["lineage"]:
        raise TfstencilError(
            f"the state that is there is another one (lineage {now.get('lineage')}) than that version "
            f"({was['lineage']})",
            hint=f"{_UNCHANGED}; a version goes back only to where it came from",
        )


def held(stack: TerraformStack) -> dict[str, Any]:
    """Return the state as it is; empty where there is none yet.

    Raises:
        TerraformError: it cannot be read.
    """
    file = stack.layout.local_state
    if file is None:
        return stack.state() if stack.layout.state_object else {}
    try:
        return parse_state(file.read_bytes()) or {}
    except OSError:
        return {}


def _now(stack: TerraformStack) -> tuple[bytes | None, str]:
    """Return the state as it is now, and its version in a bucket that keeps versions."""
    file = stack.layout.local_state
    if file is not None:
        with suppress(OSError):
            return file.read_bytes(), ""
        return None, ""
    place = stack.layout.state_object
    if place is None:
        return None, ""
    try:
        found = place.read()
    except TfstencilError:
        # Terraform knows more ways to a bucket than we do.
        state = stack.state()
        return (json.dumps(state).encode() if state else None), ""
    return found or (None, "")
