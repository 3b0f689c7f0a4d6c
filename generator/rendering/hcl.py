"""Values as HCL expressions that Terraform reads back to the byte, laid out as `terraform fmt` leaves them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Final

from generator.hcl.reference import Reference
from generator.rendering.encoded import EncodedText
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST: Final = 1024 * 1024
_WIDEST_LIST: Final = 100
_GREATEST: Final = 10**30
_SHORT: Final = 4

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# As keys of an object these words mean the constants, or begin a for expression.
_RESERVED: Final = frozenset({"false", "for", "null", "true"})

_PLAIN: Final = re.compile(r"(?:[ !#&-\[\]-~]++|[$%](?!\{))*+")
_SPECIAL: Final = re.compile(r'["\\\n\t]|[$%](?=\{)|[^ -~]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "$": "$$", "%": "%%"}


class EncodingError(ValueError):
    """A value cannot be encoded.

    Attributes:
        reason: why, as the end of a sentence that starts with the value.
        path: keys and indexes that lead to the culprit inside the value.
    """

    def __init__(self, reason: str, path: tuple[str, ...] = ()) -> None:
        self.reason = reason
        self.path = path
        super().__init__(f"{'.'.join(path) or 'the value'} {reason}")


def encode(value: object, *, indent: int | None = None) -> str:
    """Return `value` as one complete HCL expression.

    Args:
        value: str, int, bool, None, Reference, a list or tuple of such, a mapping with str keys (which are quoted), or
            a dataclass instance (an object whose attributes are written bare).
        indent: columns by which the line is indented that the expression begins on; mappings, objects, and lists of
            anything but a few scalars then take several lines. None keeps everything on one line.

    Raises:
        EncodingError: a value of another type, text that Terraform would not keep, or more than 1 MiB.
    """
    text = _scalar(value)
    return _within_limit(_composite(value, indent)) if text is None else text


def identifier(text: object) -> str:
    """Return `text` where it can stand bare as a label or name, unchanged.

    Raises:
        EncodingError: it is anything but letters, digits, `_` and `-` after a letter or `_`.
    """
    if isinstance(text, str) and _IDENTIFIER.fullmatch(text):
        return text
    raise EncodingError(f"cannot be an identifier (letters, digits, _ and -, not starting with a digit): {text!a:.80}")


def _scalar(value: object) -> str | None:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, Reference):
        return value.expression
    return "null" if value is None else None


def _composite(value: object, indent: int | None) -> str:
    if isinstance(value, list | tuple):
        return _list(value, indent)
    if isinstance(value, Mapping):
        return _object([(key, _key(key), item) for key, item in value.items()], indent)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        return _object([(name, _attribute(name), getattr(value, name)) for name in names], indent)
    raise EncodingError(f"is of type {type(value).__name__}, which has no HCL form")


def _quoted(text: str) -> str:
    if isinstance(text, EncodedText):
        raise EncodingError("is encoded already; apply the filter once, to the value itself")
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    reason = check_text(text)
    if reason:
        raise EncodingError(reason)
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    digits = f"{ord(char):04X}"
    return _ESCAPES.get(char) or (f"\\u{digits}" if len(digits) == _SHORT else f"\\U{digits:0>8}")


def _number(value: int) -> str:
    if abs(value) > _GREATEST:
        raise EncodingError("is a number beyond 10^30, which Terraform would round")
    return str(int(value))


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise EncodingError(f"has a key of type {type(key).__name__}, where HCL needs text")
    return _under(key, _quoted, key)


def _attribute(name: str) -> str:
    return f'"{name}"' if name in _RESERVED else identifier(name)


def _list(items: Sequence[object], indent: int | None) -> str:
    if indent is None or all(isinstance(item, str | int | Reference | None) for item in items):
        line = ", ".join([_under(str(index), encode, item) for index, item in enumerate(items)])
        if indent is None or len(line) <= _WIDEST_LIST:
            return f"[{line}]"
    inner = indent + 2
    pad = " " * inner
    lines = [f"{pad}{_under(str(index), _indented, item, inner)},\n" for index, item in enumerate(items)]
    return f"[\n{''.join(lines)}{' ' * indent}]"


def _object(entries: Sequence[tuple[str, str, object]], indent: int | None) -> str:
    if not entries:
        return "{}"
    if indent is None:
        return f"{{ {', '.join([f'{key} = {_under(name, encode, item)}' for name, key, item in entries])} }}"
    inner = indent + 2
    lines = [(key, _under(name, _indented, item, inner)) for name, key, item in entries]
    pad = " " * inner
    text = "".join([f"{pad}{key} = {expression}\n" for key, expression in _aligned(lines)])
    return f"{{\n{text}{' ' * indent}}}"


def _aligned(lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pad the keys of each run of single-line entries to one width, as `terraform fmt` does."""
    aligned: list[tuple[str, str]] = []
    for spreads, group in itertools.groupby(lines, lambda line: "\n" in line[1]):
        run = list(group)
        if not spreads:
            width = max(len(key) for key, _ in run)
            run = [(key.ljust(width), expression) for key, expression in run]
        aligned += run
    return aligned


def _indented(value: object, indent: int) -> str:
    return encode(value, indent=indent)


def _under(name: str, function: Callable[..., str], *arguments: object) -> str:
    """Call `function`; where it fails, say that the culprit lies under `name`."""
    try:
        return function(*arguments)
    except EncodingError as error:
        raise EncodingError(error.reason, (name, *error.path)) from None


def _within_limit(text: str) -> str:
    if len(text) > LONGEST:
        raise EncodingError(f"takes more than {LONGEST // 1024**2} MiB as HCL")
    return text
