"""What a spec names: all its texts, to be found again in what a plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.language.nodes import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.language.nodes import Node


def spec_texts(merged: Node) -> frozenset[str]:
    """Return all texts of a merged spec: names of its mappings, and values.

    Args:
        merged: the spec, with its bases.
    """
    return frozenset(_texts(plain(merged)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)
        # An object in S3 is named with its bucket before it, and what reads the one asks for the other.
        bucket, slash, _ = str(value).partition("/")
        if slash and bucket:
            yield bucket
