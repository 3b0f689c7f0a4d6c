"""The mark of text that is already encoded for the language of its template."""

from __future__ import annotations


class EncodedText(str):
    """Text that an encoder made, or that a template says in so many words.

    Every operation on it but joining whole pieces gives a plain string, which no template may print.
    """

    __slots__ = ()
