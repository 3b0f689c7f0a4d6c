"""A provider's schema as the plugin protocol has it, cut down to the types that somebody uses.

The AWS provider describes two thousand types in five megabytes. Terraform decodes all of them whenever it prints a plan
that has thirty. The message is `GetProviderSchema.Response` of tfplugin5
(https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Maps of a type's name to what it looks like.
_RESOURCES: Final = 2
_DATA_SOURCES: Final = 3
_KEY: Final = 1
_VALUE: Final = 2
# How protocol buffers write a field: as one number, or as bytes after their count.
_NUMBER: Final = 0
_BYTES: Final = 2
_WORD: Final = re.compile(rb"\w+")


def for_texts(schema: bytes, texts: Iterable[bytes]) -> bytes:
    """Leave out the resources and data sources whose type none of the texts names.

    Raises:
        ValueError: the schema is damaged.
    """
    words = {word for text in texts for word in _WORD.findall(text)}
    kept = bytearray()
    for number, content, whole in fields(schema):
        if number not in (_RESOURCES, _DATA_SOURCES) or _name(content) in words:
            kept += whole
    return bytes(kept)


def resources(schema: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each type of resource with its part of the schema.

    Raises:
        ValueError: the schema is damaged.
    """
    for number, content, _ in fields(schema):
        if number == _RESOURCES:
            its = {number: held for number, held, _ in fields(content)}
            yield its[_KEY].decode(), its[_VALUE]


def _name(entry: bytes) -> bytes:
    return next((content for number, content, _ in fields(entry) if number == _KEY), b"")


def fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the number of each field, its content, and all of it as it stands in the message."""
    begin = 0
    while begin < len(message):
        tag, at = _number(message, begin)
        content = b""
        if tag & 7 == _BYTES:
            size, at = _number(message, at)
            content = message[at : at + size]
            if len(content) != size:
                raise ValueError("a field of the schema ends too early")
            at += size
        elif tag & 7 == _NUMBER:
            _, at = _number(message, at)
        else:
            raise ValueError(f"a field of the schema has the unknown wire type {tag & 7}")
        yield tag >> 3, content, message[begin:at]
        begin = at


def _number(message: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at `at`, and where it ends."""
    value = shift = 0
    while at < len(message):
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:  # noqa: PLR2004  # the highest bit says that more follows
            return value, at
    raise ValueError("a number of the schema ends too early")
