"""HCL as blocks, attributes and the text of expressions: as much of the language as it takes to find an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE: Final = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_BLANKS: Final = re.compile(r"(?:[ \t]|/\*.*?\*/)*", re.DOTALL)
_NAME: Final = re.compile(r'[A-Za-z_][\w-]*|"(?:[^"\\]|\\.)*"')
_HEREDOC: Final = re.compile(r"<<-?\s*(\w+)\n(?:.*\n)*?[ \t]*\1(?=\s|$)")
_COMMENT: Final = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}


class UnreadableError(ValueError):
    """The text is not HCL as far as we read it."""


@dataclass(slots=True)
class Body:
    """What stands between the braces of a block, or in a file.

    Attributes:
        attributes: the text of each expression, by name.
        blocks: kind, labels and body of each block, in the order of the text.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list[tuple[str, tuple[str, ...], Body]] = field(default_factory=list)

    def of(self, kind: str, *labels: str) -> Iterator[Body]:
        """Yield the bodies of the blocks of a kind; those whose labels begin so."""
        for one, its, body in self.blocks:
            if one == kind and its[: len(labels)] == labels:
                yield body


def read_body(text: str) -> Body:
    """Read a file.

    Raises:
        UnreadableError: it is no HCL.
    """
    body, at = Body(), 0
    at = _into(body, text, at)
    if at != len(text):
        raise UnreadableError(f"a brace too many at {at}")
    return body


def items(text: str) -> list[str] | None:
    """Take a list literal apart; None where the text is none."""
    inner = _inside(text, "[")
    return None if inner is None or inner.lstrip().startswith("for ") else _parts(inner, ",")


def entries(text: str) -> dict[str, str] | None:
    """Take an object literal apart; None where the text is none, or a key is an expression."""
    inner = _inside(text, "{")
    if inner is None or inner.lstrip().startswith("for "):
        return None
    found: dict[str, str] = {}
    for part in _parts(inner, ",\n"):
        key = _NAME.match(part)
        rest = part[key.end() :].lstrip(" \t") if key else ""
        if key is None or rest[:1] not in {"=", ":"} or rest.startswith("=="):
            return None
        found[key[0].strip('"')] = rest[1:].strip()
    return found


def _inside(text: str, opening: str) -> str | None:
    text = text.strip()
    try:
        is_whole = text.startswith(opening) and _past(text, 0) == len(text)
    except UnreadableError:
        return None
    return text[1:-1] if is_whole else None


def _parts(text: str, separators: str) -> list[str]:
    found, begin, at = [], 0, 0
    while at < len(text):
        if text[at] in separators:
            found.append(text[begin:at])
            begin = at = at + 1
        else:
            at = _past(text, at)
    return [part for each in [*found, text[begin:]] if (part := _COMMENT.sub("", each).strip())]


def _into(body: Body, text: str, at: int) -> int:
    while True:
        at = _skipped(_SPACE, text, at)
        if at == len(text) or text[at] == "}":
            return at
        name = _NAME.match(text, at)
        if name is None:
            raise UnreadableError(f"neither an attribute nor a block at {at}")
        at = _skipped(_BLANKS, text, name.end())
        if text[at : at + 1] == "=":
            end = _end_of_expression(text, at + 1)
            body.attributes[name[0].strip('"')] = text[at + 1 : end].strip()
            at = end
        else:
            at = _block(body, name[0], text, at)


def _block(body: Body, kind: str, text: str, at: int) -> int:
    labels: list[str] = []
    while text[at : at + 1] != "{":
        label = _NAME.match(text, at)
        if label is None:
            raise UnreadableError(f"a block without a brace at {at}")
        labels.append(label[0].strip('"'))
        at = _skipped(_BLANKS, text, label.end())
    inner = Body()
    end = _into(inner, text, at + 1)
    if end == len(text):
        raise UnreadableError("a block that does not end")
    body.blocks.append((kind, tuple(labels), inner))
    return end + 1


def _end_of_expression(text: str, at: int) -> int:
    while at < len(text) and text[at] not in "\n}":
        comment = _COMMENT.match(text, at)
        at = comment.end() if comment else _past(text, at)
    return at


def _past(text: str, at: int) -> int:
    """Return where the token at `at` ends: a character, or all of what a quote or a bracket opens."""
    if text[at] == '"':
        return _past_string(text, at + 1)
    heredoc = _HEREDOC.match(text, at) if text.startswith("<<", at) else None
    if heredoc:
        return heredoc.end()
    closing = _OPENING.get(text[at])
    if closing is None:
        return at + 1
    at += 1
    while at < len(text) and text[at] != closing:
        comment = _COMMENT.match(text, at)
        at = comment.end() if comment else _past(text, at)
    if at >= len(text):
        raise UnreadableError("a bracket that nothing closes")
    return at + 1


def _past_string(text: str, at: int) -> int:
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text[at] == '"':
            return at + 1
        elif text[at : at + 2] in {"${", "%{"} and text[at - 1] != text[at]:
            at = _past(text, at + 1)
        else:
            at += 1
    raise UnreadableError("a text that does not end")


def _skipped(what: re.Pattern[str], text: str, at: int) -> int:
    found = what.match(text, at)
    return found.end() if found else at
