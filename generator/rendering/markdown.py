"""Values as Markdown (CommonMark and GitHub's tables): text stays text, and never becomes markup or HTML."""

from __future__ import annotations

import re
import shlex
from typing import Final

from generator.rendering.encoded import EncodedText
from generator.rendering.hcl import EncodingError
from generator.text import check_text

# Addresses stay clickable on purpose: the characters of a link's address alone make no markup.
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&|~$#]|^[-+=]|(?<=[0-9])[.)](?=\s|$)")
_BLANKS: Final = re.compile(r"\s+")
_HARMLESS: Final = re.compile(r"[^A-Za-z0-9 ./:,=@-]")
_FENCE: Final = re.compile(r"\s*(?:`{3}|~{3})")
_TICKS: Final = re.compile(r"`+")


def prose(value: object) -> EncodedText:
    """Return `value` as running text: line breaks become spaces, as Markdown reads them, and markup is escaped.

    Raises:
        EncodingError: it is neither text nor a whole number, or text that is refused everywhere.
    """
    return EncodedText(_MARKUP.sub(r"\\\g<0>", _BLANKS.sub(" ", _text(value)).strip()))


def code(value: object) -> EncodedText:
    """Return `value` as a code span that is safe in a table cell, too.

    Raises:
        EncodingError: as for `prose`; or it spans several lines.
    """
    text = _text(value)
    if "\n" in text:
        raise EncodingError("spans several lines, and a code span is one line")
    if not text.strip() or "|" in text:
        # A cell ends at a pipe even inside a code span, and an escaped pipe shows its backslash outside of tables.
        return EncodedText(f"<code>{_HARMLESS.sub(_entity, text)}</code>")
    fence = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return EncodedText(f"{fence}{pad}{text}{pad}{fence}")


def shell(value: object) -> EncodedText:
    """Return `value` as one word of a shell command, for a fenced block of commands.

    Raises:
        EncodingError: as for `prose`; or it spans several lines, which could end the block.
    """
    text = _text(value)
    if "\n" in text:
        raise EncodingError("spans several lines, and a word of a command is one line")
    return EncodedText(shlex.quote(text))


def line(value: object) -> EncodedText:
    """Return `value` as one line of a fenced block, as it is.

    Raises:
        EncodingError: as for `prose`; or it is no single line, or one that would end the block.
    """
    text = _text(value)
    if "\n" in text:
        raise EncodingError("spans several lines, and this is to be one line of a block")
    if _FENCE.match(text):
        raise EncodingError("would end the block that it stands in")
    return EncodedText(text)


def label(value: object) -> EncodedText:
    """Return `value` as the quoted label of a node in a Mermaid diagram.

    Raises:
        EncodingError: as for `prose`.
    """
    text = _BLANKS.sub(" ", _text(value)).strip()
    # Mermaid writes character references without the ampersand: https://mermaid.js.org/syntax/flowchart.html
    return EncodedText('"' + _HARMLESS.sub(lambda match: f"#{ord(match[0])};", text) + '"')


def _text(value: object) -> str:
    if isinstance(value, EncodedText):
        raise EncodingError("is encoded already; apply the filter once, to the value itself")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if not isinstance(value, str):
        raise EncodingError(f"is of type {type(value).__name__}, which has no Markdown form; print its parts")
    reason = check_text(value)
    if reason:
        raise EncodingError(reason)
    return value


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
