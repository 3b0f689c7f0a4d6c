"""Text that shows on a terminal and does not steer it."""

from __future__ import annotations

import unicodedata
from typing import Final

_PICTURES: Final = {ord("\n"): "\N{SYMBOL FOR NEWLINE}", ord("\t"): "\N{SYMBOL FOR HORIZONTAL TABULATION}"}


def visible(text: str) -> str:
    """Replace what would steer the terminal instead of showing on it; newlines and tabs stay.

    Text of a spec is quoted in messages; an escape sequence or a bidirectional override in it must not act.
    """
    return text if text.isprintable() else "".join(map(visible_character, text))


def one_line(text: str) -> str:
    """Make newlines and tabs visible too, for what must not take several lines."""
    return text if text.isprintable() else "".join(map(visible_character, text.translate(_PICTURES)))


def visible_character(character: str) -> str:
    """Return a character as it may be shown."""
    if character in "\n\t" or character.isprintable():
        return character
    code = ord(character)
    # Unicode has a picture for each ASCII control character, in the same order.
    return chr(0x2400 + code) if code < 0x20 else f"<U+{code:04X}>"  # noqa: PLR2004  # U+0020 ends the controls


def width(text: str) -> int:
    """Count the terminal cells of `text`, which holds neither tabs nor newlines."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
