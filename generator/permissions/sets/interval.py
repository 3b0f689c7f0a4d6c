"""Sets of numbers, moments and addresses of networks: unions of intervals and their complements.

An interval is half open, between two edges; the edge just behind a number is that number with 1 beside it, so that
"greater than 5" begins at (5, 1) and "less than 5" ends at (5, 0).
"""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Edge = tuple[float, int]
Interval = tuple[Edge, Edge]

_LOWEST: Final[Edge] = (-math.inf, 0)
_HIGHEST: Final[Edge] = (math.inf, 1)
# Addresses of version 6 come behind all of version 4.
_VERSION_6: Final = 1 << 32
_SECONDS: Final = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Ranges:
    """A set of numbers: intervals in order, which do not touch."""

    intervals: tuple[Interval, ...]

    @property
    def complement(self) -> Ranges:
        """All other numbers."""
        edges = [_LOWEST, *(edge for interval in self.intervals for edge in interval), _HIGHEST]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return Ranges(tuple((low, high) for low, high in pairs if low < high))


ALL_NUMBERS: Final = Ranges(((_LOWEST, _HIGHEST),))
ALL_ADDRESSES: Final = Ranges((((0, 0), (_VERSION_6 + (1 << 128), 0)),))


def united(sets: Iterable[Ranges]) -> Ranges:
    """Return the numbers that are in any of several sets."""
    merged: list[Interval] = []
    for low, high in sorted(interval for each in sets for interval in each.intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return Ranges(tuple(merged))


def is_possible(sets: Iterable[Ranges]) -> bool:
    """Whether there is a number that is in all sets."""
    return united(each.complement for each in sets) != ALL_NUMBERS


def compared(operator: str, number: float) -> Ranges:
    """Return the numbers that an operator finds, `lessthan` or `equals` say.

    Raises:
        KeyError: it is none of these.
    """
    before, behind = (number, 0), (number, 1)
    interval = {
        "equals": (before, behind),
        "lessthan": (_LOWEST, before),
        "lessthanequals": (_LOWEST, behind),
        "greaterthan": (behind, _HIGHEST),
        "greaterthanequals": (before, _HIGHEST),
    }[operator]
    return Ranges((interval,))


def since(moment: float) -> Ranges:
    """Return the moments from one on."""
    return Ranges((((moment, 0), _HIGHEST),))


def moment(text: str) -> float:
    """Read a date as seconds since 1970.

    Raises:
        ValueError: it is neither a date of ISO 8601 nor such a number.
    """
    if _SECONDS.fullmatch(text):
        return float(text)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def network(text: str) -> Ranges:
    """Read a network or an address as the numbers of its addresses.

    Raises:
        ValueError: it is neither.
    """
    found = ipaddress.ip_network(text, strict=False)
    offset = _VERSION_6 if isinstance(found, ipaddress.IPv6Network) else 0
    # Addresses are whole numbers: a network ends where the next one begins.
    return Ranges((((int(found.network_address) + offset, 0), (int(found.broadcast_address) + offset + 1, 0)),))
