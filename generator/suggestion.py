"""What somebody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the one of `known` that `word` is most like; "" where it is like none of them.

    Args:
        word: as it was written.
        known: what could have been written.
        cutoff: how alike they must be, from 0 (anything) to 1 (the same).
    """
    return next(iter(alike(word, known, most=1, cutoff=cutoff)), "")


def alike(word: str, known: Iterable[str], *, most: int, cutoff: float = 0.6) -> list[str]:
    """Return those of `known` that `word` is most like, the best first.

    Args:
        word: as it was written.
        known: what could have been written.
        most: how many of them, at most.
        cutoff: how alike they must be, from 0 (anything) to 1 (the same).
    """
    import difflib  # noqa: PLC0415  # only mistakes need it, and every start would pay for it

    return difflib.get_close_matches(word, list(known), n=most, cutoff=cutoff)
