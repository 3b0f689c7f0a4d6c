"""A unified diff in the colours that everybody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import visible
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COLORS: Final = {"+": "green", "-": "red", "@": "cyan"}


def colored(lines: Iterable[str]) -> Iterator[str]:
    """Colour the lines of a unified diff."""
    for line in lines:
        text = visible(line)
        if line.startswith(("--- ", "+++ ")):
            yield styled(text, bold=True)
        elif color := _COLORS.get(line[:1]):
            yield styled(text, color=color)
        else:
            yield text
