"""A source line with a caret below the column concerned, as a terminal shows it."""

from __future__ import annotations

import unicodedata
from typing import Final

from generator.display import visible_character

_TAB: Final = 4
WIDEST: Final = 100
_GAP: Final = "…"


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
        piece = " " * (_TAB - cells % _TAB) if character == "\t" else visible_character(character)
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
