"""How a person writes a value in YAML, on one line: `true`, `"012"`, `[a, b]`, `{key: value}`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from generator.language.scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

# Narrower than YAML: what needs no quotes anywhere, not even inside brackets.
_PLAIN: Final = re.compile(r"[\w./](?:[\w./*@+=%()~<>$ -]|:(?![ ]|$)|(?<! )#)*(?<! )")

_LAST_SHORT: Final = 0xFFFF


def text_of(value: object) -> str:
    """Write a value of a spec as YAML; reading it again gives the value back.

    Args:
        value: a mapping, list, text, whole number, boolean or None.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case dict():
            return "{" + ", ".join(f"{key_of(key)}: {text_of(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(text_of, value)) + "]"
        case str():
            return value if _PLAIN.fullmatch(value) and resolve(value) == value else _quoted(value)
    return str(value)


def lines_of(key: object, value: object) -> Iterator[str]:
    """Write a key with its value: a mapping as a block, all else behind the key."""
    if not isinstance(value, dict) or not value:
        yield f"{key_of(key)}: {text_of(value)}"
        return
    yield f"{key_of(key)}:"
    for name, item in value.items():
        yield from (f"  {line}" for line in lines_of(name, item))


def key_of(key: object) -> str:
    """Write a key of a mapping."""
    # An unquoted + or = at the end of a key would be an operator.
    text = str(key)
    return _quoted(text) if text.endswith(("+", "=")) else text_of(text)


def _quoted(text: str) -> str:
    # JSON's quoted strings are YAML's, but for what YAML forbids even there, and has escapes of its own for.
    return "".join(char if char.isprintable() else _escape(char) for char in json.dumps(text, ensure_ascii=False))


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= _LAST_SHORT else f"\\U{code:08x}"
