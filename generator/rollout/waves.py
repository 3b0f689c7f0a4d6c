"""The order of promotion: what is tried out in dev goes to staging, and then to prod."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASSES: Final = ("dev", "staging", "prod")


@dataclass(frozen=True, slots=True)
class Wave:
    """Environments that may be worked on side by side.

    Attributes:
        title: the class of its environments; "" where there are no waves.
        names: its environments, sorted.
    """

    title: str
    names: tuple[str, ...]


def waves(classes: Mapping[str, str], *, destroying: bool = False) -> list[Wave]:
    """Part environments by class; a wave without environments is none.

    Args:
        classes: class by environment.
        destroying: what was built last goes first.
    """
    found = [
        Wave(title, tuple(sorted(name for name, own in classes.items() if own == title)))
        for title in (reversed(CLASSES) if destroying else CLASSES)
    ]
    return [wave for wave in found if wave.names]


def one_wave(classes: Mapping[str, str]) -> list[Wave]:
    """Take all environments together."""
    return [Wave("", tuple(sorted(classes)))]
