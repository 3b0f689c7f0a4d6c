"""The standard streams, made fit for any text and for whatever state a caller hands them over in."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import Final, TextIO

_HANDLER: Final = "tfstencil.look-alike"
# What we print ourselves beyond ASCII, for terminals that lack it.
_LOOK_ALIKES: Final = {"│": "|", "…": "...", "→": "->", "✓": "ok", "✗": "x", "±": "+-", "«": '"', "»": '"'}


def prepare_streams() -> None:
    """Let no text end in an error for the sake of a stream's encoding, and no command for a stream that is closed."""
    codecs.register_error(_HANDLER, _look_alike)
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _look_alike(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character], error.start + 1
    one = UnicodeEncodeError(error.encoding, error.object, error.start, error.start + 1, error.reason)
    return codecs.backslashreplace_errors(one)
