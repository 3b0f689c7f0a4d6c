"""Environments divided among machines: each gets about the same work, and none is lost."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def packed(names: Sequence[str], seconds: Mapping[str, float], shards: int) -> list[list[str]]:
    """Divide environments by how long each took: the longest first, each to the shard with the least work.

    Args:
        names: the environments.
        seconds: how long each took the last time; what is not known counts as the median of what is.
        shards: at most how many.

    Returns:
        Shards with sorted names, the one with the most work first; none is empty.
    """
    usual = median(seconds.values()) if seconds else 1.0
    work = {name: seconds.get(name, usual) for name in names}
    found: list[tuple[float, list[str]]] = [(0.0, []) for _ in range(min(shards, len(names)))]
    for name in sorted(names, key=lambda each: (-work[each], each)):
        place = min(range(len(found)), key=lambda index: (found[index][0], index))
        sum_, members = found[place]
        found[place] = (sum_ + work[name], [*members, name])
    return [sorted(members) for _, members in sorted(found, key=lambda each: (-each[0], each[1]))]


def dealt(names: Sequence[str], shard: int, shards: int) -> list[str]:
    """Return one of equal shards by names alone, so that machines that know nothing of each other leave out none.

    Args:
        names: all environments, of every shard.
        shard: which, from 1.
        shards: how many there are.
    """
    return sorted(names)[shard - 1 :: shards]
