"""Lines of a key, a value and a remark on the right, aligned and folded to a terminal's width.

rich could do it too, but takes longer to import than a spec takes to load.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.display import visible
from generator.reports.problems.excerpt import width
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP: Final = "  "
_NARROWEST: Final = 16
_WIDEST: Final = 72


class Line(NamedTuple):
    """One line.

    Attributes:
        key: what stands first, never folded.
        value: what stands behind it; folded below itself where it is too long.
        remark: what stands on the right.
        color: of key and value; "" for a coloured key and a plain value.
        dim: whether key and value stay in the background.
    """

    key: str
    value: str = ""
    remark: str = ""
    color: str = ""
    dim: bool = False


def terminal_width() -> int | None:
    """Return the width of the terminal; None where the output goes elsewhere, and no line should be folded."""
    return max(shutil.get_terminal_size().columns, _NARROWEST) if sys.stdout.isatty() else None


def aligned(lines: Sequence[Line], total: int | None) -> Iterator[str]:
    """Write lines with their remarks below each other.

    Args:
        lines: in order; control characters are made visible.
        total: width to fold to, None for no limit.

    Yields:
        Lines of a terminal, styled.
    """
    clean = [
        line._replace(key=visible(line.key), value=_one_line(line.value), remark=visible(line.remark)) for line in lines
    ]
    remarks = max((width(line.remark) for line in clean), default=0)
    needed = max((width(line.key) + 1 + width(line.value) for line in clean if line.remark), default=0)
    room = min(needed, _WIDEST if total is None else max(total - remarks - len(_GAP), _NARROWEST))
    for line in clean:
        yield from _folded(line, room, total)


def _one_line(text: str) -> str:
    return visible(text).replace("\n", " ").replace("\t", " ")


def _folded(line: Line, room: int, total: int | None) -> Iterator[str]:
    before = width(line.key) + 1
    limit = None if total is None else max((room if line.remark else total) - before, _NARROWEST)
    first, *rest = _pieces(line.value, limit) or [""]
    value = f" {_paint(line, first)}" if first else ""
    padding = " " * max(room - before - width(first) + (not first), 0)
    remark = f"{padding}{_GAP}{styled(line.remark, dim=True)}" if line.remark else ""
    yield f"{_paint(line, line.key, default='cyan')}{value}{remark}"
    for piece in rest:
        yield " " * before + _paint(line, piece)


def _paint(line: Line, text: str, default: str | None = None) -> str:
    return styled(text, dim=True) if line.dim else styled(text, color=line.color or default)


def _pieces(text: str, limit: int | None) -> list[str]:
    """Cut text into pieces of at most `limit` terminal cells, behind a space or slash where there is one."""
    pieces: list[str] = []
    while limit is not None and width(text) > limit:
        end = next(end for end in range(min(len(text), limit), 0, -1) if width(text[:end]) <= limit)
        soft = max(text.rfind(sign, 0, end) for sign in " /") + 1
        end = soft if soft > end // 2 else end
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces
