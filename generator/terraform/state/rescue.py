"""Saves a state that an apply could not save, and takes nothing away before it is proved to be saved."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.errors import TfstencilError
from generator.files import PRIVATE, replace
from generator.terraform.state.dump import made_in, put_aside
from generator.terraform.state.unsaved import parse_state
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.terraform.adapter import Terraform
    from generator.terraform.state.unsaved import Unsaved


@dataclass(frozen=True, slots=True)
class Rescued:
    """A state that was saved.

    Attributes:
        serial: of the state.
        resources: how many it describes.
        found_in: what held it.
        copy: a copy that is kept (0600); None where the backend knew all of it already.
    """

    serial: int
    resources: int
    found_in: Path
    copy: Path | None


def rescue(terraform: Terraform, unsaved: Unsaved, *, keep: Path, local: Path | None) -> Rescued:
    """Push the state to where it belongs.

    Args:
        terraform: initialised.
        unsaved: the state.
        keep: folder for a copy of it, and for what it replaces.
        local: the state file of a local backend; None for a backend elsewhere.

    Raises:
        TfstencilError: there is not a whole state to save, or it does not belong there.
        TerraformError: it cannot be pushed.
        OutputError: the copy cannot be written.
    """
    content = unsaved.content()
    state = parse_state(content) if content else None
    if content is None or state is None:
        _require_nothing_missing(terraform, unsaved)
        state = terraform.state()
        return _done(unsaved, state, None)
    # Named after its content: trying again makes no more of it.
    copy = keep / f"{state['serial']}-{hashlib.sha256(content).hexdigest()[:8]}.tfstate"
    write_copy(copy, content)
    _set_aside_what_is_cut_off(local, keep / f"cut-off-{_stamp()}.tfstate")
    there = terraform.state()
    if differ(there, state):
        _require_fit(there, state)
        terraform.push(copy)
        there = terraform.state()
    # Not its lineage: a backend that held nothing gives what is pushed a lineage of its own.
    if differ(there, state):
        raise TfstencilError(
            f"the state was pushed, and another one is read back (serial {there.get('serial')})",
            hint=f"nothing was deleted; compare {copy} with what terraform state pull says",
        )
    return _done(unsaved, state, copy)


def abandon(unsaved: Unsaved, *, keep: Path) -> list[Path]:
    """Give a state up: put what holds it aside, so that terraform may run again.

    Returns:
        Where it lies now.

    Raises:
        OutputError: it cannot be moved.
    """
    stamp = _stamp()
    moved: list[Path] = []
    for file in (unsaved.file, unsaved.log):
        if file is not None and file.exists():
            place = keep / f"abandoned-{stamp}-{file.name}"
            _move(file, place)
            moved.append(place)
    return moved


def _done(unsaved: Unsaved, state: dict[str, Any], copy: Path | None) -> Rescued:
    found_in = unsaved.file if unsaved.file.exists() and unsaved.file.stat().st_size else unsaved.log or unsaved.file
    unsaved.file.unlink(missing_ok=True)
    if unsaved.log:
        put_aside(unsaved.log)
    return Rescued(int(state.get("serial", 0)), _count(state), found_in, copy)


def _require_nothing_missing(terraform: Terraform, unsaved: Unsaved) -> None:
    """Without a state to save, see whether the one in the backend knows all that the apply has made."""
    cure = f"then give it up with --abandon. What the apply did is in {terraform.logs}"
    if unsaved.log is None:
        raise TfstencilError(
            f"{unsaved.file} holds no whole state, and no log of an apply does either",
            hint="nothing was changed. If something is missing in the state, take its last good version (the bucket "
            f"keeps versions; a local state has a .backup); {cure}",
        )
    known = set(_ids(terraform.state()))
    missing = [made for made in made_in(unsaved.log) if made.id not in known]
    if missing:
        commands = "\n".join(
            f"  terraform import {shlex.quote(made.address)} {shlex.quote(made.id)}" for made in missing
        )
        raise TfstencilError(
            f"terraform could neither save the state nor leave it anywhere; {len(missing)} resources exist that the "
            f"state does not know:\n{commands}",
            hint=f"nothing was changed. Import them, or remove them by hand; {cure}",
        )


def _require_fit(there: dict[str, Any], state: dict[str, Any]) -> None:
    """Refuse to overwrite another state, or a newer one."""
    if not there or not there.get("lineage"):
        return
    if there["lineage"] != state["lineage"]:
        raise TfstencilError(
            f"the backend holds another state (lineage {there['lineage']}) than the one to be rescued "
            f"({state['lineage']})",
            hint="nothing was changed; find out which of them describes what exists; --abandon gives this one up",
        )
    if there["serial"] >= state["serial"]:
        raise TfstencilError(
            f"the backend holds a newer state (serial {there['serial']}) than the one to be rescued "
            f"({state['serial']}): somebody has applied meanwhile",
            hint="nothing was changed; import what only the older state knows (terraform import), then --abandon it",
        )


def differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two states describe something else, whatever their serials."""
    return any((one.get(key) or None) != (other.get(key) or None) for key in ("resources", "outputs"))


def _set_aside_what_is_cut_off(local: Path | None, place: Path) -> None:
    """Move a local state file that a full disk has cut off out of the way: terraform does not overwrite it."""
    if local is None or not local.is_file() or not local.stat().st_size or parse_state(local.read_bytes()):
        return
    _move(local, place)


def _move(file: Path, place: Path) -> None:
    with writing(place, "what is left of the state"):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(file, place)


def write_copy(file: Path, content: bytes) -> None:
    """Write a copy of a state for the owner alone (0600), and see it onto the disk.

    Raises:
        OutputError: it cannot be written.
    """
    with writing(file, "a copy of the state"):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(file, content, mode=PRIVATE, flush=True)


def _ids(state: dict[str, Any]) -> Iterator[str]:
    for resource in state.get("resources", []):
        for instance in resource.get("instances", []):
            yield str((instance.get("attributes") or {}).get("id", ""))


def _stamp() -> str:
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime())


def _count(state: dict[str, Any]) -> int:
    managed = (item for item in state.get("resources", []) if item.get("mode") == "managed")
    return sum(len(item.get("instances", [])) for item in managed)
