"""A unified diff in the colours that everybody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from generator.cli.excerpt import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COLORS: Final = {"+": "green", "-": "red", "@": "cyan"}


def colored(lines: Iterable[str]) -> Iterator[str]:
    """Colour the lines of a unified diff."""
    for line in lines:
        text = visible(line)
        if line.startswith(("--- ", "+++ ")):
            yield click.style(text, bold=True)
        elif color := _COLORS.get(line[:1]):
            yield click.style(text, fg=color)
        else:
            yield text
