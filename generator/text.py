"""Which text may become part of Terraform: checked where it is read, and once more where it is written."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ASCII_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIRST_SUPPLEMENTARY: Final = "\U00010000"


def _refused(char: str) -> str | None:
    """Say what kind of refused character `char` is; None for an accepted one."""
    match unicodedata.category(char):
        case "Cc":
            return None if char in "\n\t" else "a control character"
        case "Cf":
            return "an invisible formatting character"
        case "Cs":
            return "half of a surrogate pair"
        case "Cn":
            return "no character that Unicode defines"
    return None


def name_of(char: str) -> str:
    """Name one character without printing it: `U+200B ZERO WIDTH SPACE`."""
    name = unicodedata.name(char, "")
    return f"U+{ord(char):04X} {name}".rstrip()


def check_text(text: str) -> str | None:
    """Say why `text` is refused.

    Terraform normalises every string to NFC, so other forms would not arrive as written, and two keys could become
    one. Terraform 1.11 corrupts a combining character that follows a character beyond U+FFFF. Control and invisible
    characters hide from a reviewer what a value really says.

    Args:
        text: any string.

    Returns:
        The reason, as the end of a sentence that starts with the value; None where the text is accepted.
    """
    if text.isascii():
        found = _ASCII_CONTROL.search(text)
        return f"holds {name_of(found[0])}, a control character" if found else None
    for char in dict.fromkeys(text):
        kind = _refused(char)
        if kind:
            return f"holds {name_of(char)}, {kind}"
    if not unicodedata.is_normalized("NFC", text):
        return "is not in Unicode normal form NFC, and Terraform would change it"
    return _misplaced_mark(text)


def _misplaced_mark(text: str) -> str | None:
    starter = ""
    for char in text:
        if not unicodedata.combining(char):
            starter = char
        elif starter >= _FIRST_SUPPLEMENTARY:
            return f"holds {name_of(char)} after {name_of(starter)}, which Terraform corrupts"
    return None


def conflicts(text: str) -> list[int]:
    """Return the lines, from 1, at which a merge has left two versions because it could not choose."""
    if "<<<<<<< " not in text:
        return []
    return [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("<<<<<<< ")]
