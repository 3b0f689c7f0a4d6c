"""Colours of a terminal; whoever prints takes them out where the stream wants none."""

from __future__ import annotations

from typing import Final

_RESET: Final = "\x1b[0m"
_COLORS: Final = {
    name: str(30 + number)
    for number, name in enumerate(("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"))
}


def styled(text: str, color: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
    """Colour `text`.

    Args:
        text: one piece of a line.
        color: `red`, `green` and the like; None for the terminal's own.
        bold: set it in bold type.
        dim: let it stay in the background.
    """
    codes = [*([_COLORS[color]] if color else []), *["1"] * bold, *["2"] * dim]
    return "".join(f"\x1b[{code}m" for code in codes) + text + _RESET
