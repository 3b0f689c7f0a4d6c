"""A second process that looks at folders while this one is busy: sixty thousand looks take as long as our imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.output.freshness.fingerprint import look_at
from generator.output.parallel.child import child

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from generator.output.freshness.fingerprint import Shape

    # A folder, what to look at in it, and the fingerprint that it had.
    Sight = tuple[Path, Shape, str]

# Below it the looks take less time than starting a process.
_WORTH_A_PROCESS: Final = 50


def are_same(sights: Sequence[Sight], meanwhile: Callable[[], None] | None = None) -> list[bool]:
    """Tell of each folder whether it still has its fingerprint.

    Args:
        sights: the folders.
        meanwhile: what this process has to do anyway; called once.
    """
    answers = b""
    if meanwhile and len(sights) >= _WORTH_A_PROCESS:
        answers = _from_a_child(sights, meanwhile)
    elif meanwhile:
        meanwhile()
    # What no child has answered, this process looks at itself.
    return [answer == ord("1") for answer in answers] + [_is_same(sight) for sight in sights[len(answers) :]]


def _is_same(sight: Sight) -> bool:
    folder, shape, fingerprint = sight
    try:
        return bool(fingerprint) and look_at(folder, shape).text == fingerprint
    except OSError:
        return False


def _from_a_child(sights: Sequence[Sight], meanwhile: Callable[[], None]) -> bytes:
    """Return a byte a folder; none where no child could be started or it did not finish."""
    with child(lambda: bytes(b"01"[_is_same(sight)] for sight in sights)) as answer:
        meanwhile()
        return (answer and answer()) or b""
