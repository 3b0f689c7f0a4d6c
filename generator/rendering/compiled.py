"""Compiled templates on the disk: one file for all of them, of the user's own, checked before it is believed."""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
from importlib.util import MAGIC_NUMBER
from typing import TYPE_CHECKING, Final

import jinja2

from generator.files import keep_checksummed, read_checksummed

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType

# Raised whenever the same template source compiles to other code: filters, finalize, the tree that Jinja is given.
FORMAT: Final = 1
_PREFIX: Final = "templates-"


class CompiledTemplates:
    """A cache that holds the code of one set of templates.

    A cache that is damaged, of another version, or that somebody else could have written, is ignored; so is a disk
    that cannot be written. Rendering is then as correct, and a little slower.
    """

    def __init__(self, folder: Path, digest: str) -> None:
        key = hashlib.sha256(f"{FORMAT} {jinja2.__version__} {MAGIC_NUMBER.hex()} {digest}".encode()).hexdigest()
        self._folder = folder
        self._file = folder / f"{_PREFIX}{key}"

    def load(self) -> dict[str, CodeType]:
        """Return the code by template name; nothing where there is no sound cache."""
        try:
            is_ours = self._is_private() and not self._file.is_symlink()
        except OSError:
            return {}
        # Damaged bytes can crash the interpreter, so they are recognised before they are decoded.
        payload = read_checksummed(self._file) if is_ours else None
        if not payload:
            return {}
        codes: dict[str, CodeType] = marshal.loads(payload)  # noqa: S302  # the folder is ours alone, the digest fits
        return codes

    def store(self, codes: dict[str, CodeType]) -> None:
        """Keep `codes`, and drop what other versions of the templates left."""
        payload = marshal.dumps(codes)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_private():
                return
            keep_checksummed(self._file, payload)
            for other in self._folder.glob(f"{_PREFIX}*"):
                if other != self._file:
                    other.unlink(missing_ok=True)
        except OSError:
            return

    def _is_private(self) -> bool:
        status = self._folder.lstat()
        mine = status.st_uid == os.geteuid()
        return stat.S_ISDIR(status.st_mode) and mine and not stat.S_IMODE(status.st_mode) & 0o077
