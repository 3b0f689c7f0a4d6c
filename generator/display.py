"""Text that is shown: counted in words, and with nothing in it that steers a terminal."""

from __future__ import annotations

from typing import Final

_PICTURES: Final = {ord("\n"): "\N{SYMBOL FOR NEWLINE}", ord("\t"): "\N{SYMBOL FOR HORIZONTAL TABULATION}"}


def plural(number: int, noun: str) -> str:
    """Count a regular noun: `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def visible(text: str) -> str:
    """Replace what would steer the terminal instead of showing on it; newlines and tabs stay.

    Text of a spec is quoted in messages; an escape sequence or a bidirectional override in it must not act.
    """
    return text if text.isprintable() else "".join(map(visible_character, text))


def one_line(text: str) -> str:
    """Make newlines and tabs visible too, for what must not take several lines."""
    return text if text.isprintable() else "".join(map(visible_character, text.translate(_PICTURES)))


def visible_character(character: str) -> str:
    """Replace one character that would steer the terminal; newlines and tabs stay."""
    if character in "\n\t" or character.isprintable():
        return character
    code = ord(character)
    # Unicode has a picture for each ASCII control character, in the same order.
    return chr(0x2400 + code) if code < 0x20 else f"<U+{code:04X}>"  # noqa: PLR2004  # U+0020 ends the controls
