"""A source line with a caret below the column concerned, as a terminal shows it."""

from __future__ import annotations

import unicodedata
from typing import Final

_TAB: Final = 4
WIDEST: Final = 100
_GAP: Final = "…"
_PICTURES: Final = {ord("\n"): "\N{SYMBOL FOR NEWLINE}", ord("\t"): "\N{SYMBOL FOR HORIZONTAL TABULATION}"}


def visible(text: str) -> str:
    """Replace what would steer the terminal instead of showing on it; newlines and tabs stay.

    Text of a spec is quoted in messages; an escape sequence or a bidirectional override in it must not act.
    """
    return text if text.isprintable() else "".join(map(_visible_character, text))


def one_line(text: str) -> str:
    """Make newlines and tabs visible too, for what must not take several lines."""
    return text if text.isprintable() else "".join(map(_visible_character, text.translate(_PICTURES)))


def _visible_character(character: str) -> str:
    if character in "\n\t" or character.isprintable():
        return character
    code = ord(character)
    # Unicode has a picture for each ASCII control character, in the same order.
    return chr(0x2400 + code) if code < 0x20 else f"<U+{code:04X}>"  # noqa: PLR2004  # U+0020 ends the controls


def width(text: str) -> int:
    """Count the terminal cells of `text`, which holds neither tabs nor newlines."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _shown(text: str) -> str:
    """Expand tabs as an editor does and make controls visible."""
    shown: list[str] = []
    cells = 0
    for character in text:
        piece = " " * (_TAB - cells % _TAB) if character == "\t" else _visible_character(character)
        cells += width(piece)
        shown.append(piece)
    return "".join(shown)


def excerpt(line: str, column: int, widest: int = WIDEST) -> tuple[str, str]:
    """Lay out a source line and its caret.

    Args:
        line: the line, without its newline.
        column: 1-based, in characters; one behind the end is allowed.
        widest: terminal cells that the line may take.

    Returns:
        The line as shown (cut to a window around the column where it is long) and the line with the caret.
    """
    line = line.rstrip("\r\n")
    before, rest = _shown(line[: column - 1]), line[column - 1 :]
    # Tabs after the column depend on what stands before them.
    after = _shown(line)[len(before) :] if "\t" in rest else _shown(rest)
    if width(before) > widest // 2 and width(before + after) > widest:
        before = _GAP + before[-(widest // 2) :]
    room = max(widest - width(before), 1)
    if width(after) > room:
        after = after[: room - 1] + _GAP
    return before + after, " " * width(before) + "^"
