"""A state that an earlier apply could not save: where its only copy is; nothing else runs before it is saved."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.errors import OutputError, TfstencilError
from generator.files import PRIVATE, replace
from generator.json_files import parse_json
from generator.terraform.process import logs
from generator.terraform.state.dump import could_not_save, state_in, was_cut_off

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME: Final = "errored.tfstate"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A state that waits to be saved.

    Attributes:
        file: what terraform left behind; it may be empty, where the disk was full, or missing.
        log: output of the apply that could not save it; None where it is not known.
    """

    file: Path
    log: Path | None

    def content(self) -> bytes | None:
        """Return the state; None where neither the file nor the log holds a whole one."""
        with suppress(OSError):
            text = self.file.read_bytes()
            if parse_state(text):
                return text
        return state_in(self.log) if self.log else None

    def refuse(self, rescue: str) -> None:
        """Refuse whatever was to be done.

        Args:
            rescue: the command that saves the state.

        Raises:
            TfstencilError: always.
        """
        place = self.file if self.file.exists() else self.log
        raise TfstencilError(
            f"{place} tells of a state that an earlier apply could not save; nothing may run before it is saved",
            hint=f"free the disk or restore the backend, then run {rescue}",
        )


def find(root: Path, log_folder: Path) -> Unsaved | None:
    """Look for a state that was not saved.

    Args:
        root: the folder that terraform runs in.
        log_folder: of its output.
    """
    file, newest = root / FILE_NAME, logs.newest_change(log_folder)
    log = newest if newest and could_not_save(newest) else None
    return Unsaved(file, log) if log or file.exists() else None


def find_lost(root: Path, log_folder: Path) -> Unsaved | None:
    """Look for a state that nobody has tried to save, since terraform was killed.

    Args:
        root: the folder that terraform runs in.
        log_folder: of its output.
    """
    newest = logs.newest_change(log_folder)
    return Unsaved(root / FILE_NAME, newest) if newest and was_cut_off(newest) else None


def require_place(root: Path) -> None:
    """Refuse to change anything where terraform could not leave a state that it cannot save.

    Raises:
        OutputError: nothing can be created in the folder.
    """
    probe = root / f".{FILE_NAME}.probe"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"nothing can be created in {root}: {error.strerror}; if the state could not be saved after the apply, "
            "terraform would lose it",
            hint="make that folder writable; nothing was changed",
        ) from error


def write_down(root: Path, log: Path) -> None:
    """Write a state that stands in the output of an apply alone where terraform would have left it, given room."""
    state, file = state_in(log), root / FILE_NAME
    if state is None or (file.exists() and file.stat().st_size):
        return
    with suppress(OSError):
        replace(file, state, mode=PRIVATE)


def parse_state(text: bytes) -> dict[str, Any] | None:
    """Read a state; None where the text is none, or was cut off."""
    try:
        document = parse_json(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) and document.get("lineage") and "serial" in document else None
