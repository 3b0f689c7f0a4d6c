"""Which environments are planned together, and how many batches at a time."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.fleet.member import Member

# Terraform's graph grows faster than the number of environments: 100 in one process take a third more than twice 50.
LARGEST: Final = 50
# Resources and data sources of a full batch: what its memory depends on.
_BLOCKS: Final = 900
# Below this, starting a second process costs more than it saves; terraform itself uses more than one core.
SMALLEST: Final = 12
# Terraform and provider of a full batch, at their peak together.
_BYTES_A_BATCH: Final = 1_000_000_000


def side_by_side() -> int:
    """Return how many batches to plan at a time: one a core and a gigabyte of free memory, two at most."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 2, _free_bytes() // _BYTES_A_BATCH))


def batched(members: Sequence[Member], at_a_time: int) -> list[list[Member]]:
    """Share environments out to batches.

    Environments with different lock files never meet, since one terraform has one. Those of a provider are kept
    together: each further one of a batch starts twice more, and stays in memory.

    Args:
        members: the environments.
        at_a_time: how many batches run side by side.
    """
    batches: list[list[Member]] = []
    for _, group in groupby(sorted(members, key=lambda member: (member.lock, member.provider)), lambda item: item.lock):
        pooled: list[Member] = []
        for _, of_provider in groupby(group, lambda item: item.provider):
            neighbours = list(of_provider)
            if len(neighbours) < SMALLEST:
                pooled += neighbours
            else:
                batches += _even(neighbours)
        batches += _even(pooled)
    if len(batches) < at_a_time and len(members) >= at_a_time * SMALLEST:
        batches = [part for batch in batches for part in _parts(batch, at_a_time)]
    # The longest first, so that all end at about the same time.
    return sorted(batches, key=len, reverse=True)


def _even(members: list[Member]) -> list[list[Member]]:
    blocks = sum(len(member.types) for member in members)
    return _parts(members, max(-(-len(members) // LARGEST), -(-blocks // _BLOCKS)))


def _parts(members: list[Member], count: int) -> list[list[Member]]:
    size = max(1, -(-len(members) // max(1, count)))
    return [members[start : start + size] for start in range(0, len(members), size)]


def _free_bytes() -> int:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return _BYTES_A_BATCH
