"""Which environments are planned together, and how many batches at a time."""

from __future__ import annotations

import math
import os
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.fleet.member import Member

# What a full batch holds: environments, and resources and data sources. Memory depends on both.
LARGEST: Final = 100
_BLOCKS: Final = 1000
# What one more environment of a shape costs of what the first did: it adds no nodes to most of terraform's graphs.
_INSTANCE: Final = 0.5
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

    Environments with different lock files or constraints on providers never meet, since one terraform has one version
    of each. Those of a provider are kept together: each further one of a batch starts twice more, and stays in memory.

    Args:
        members: the environments.
        at_a_time: how many batches run side by side.
    """
    batches: list[list[Member]] = []
    # Those of a shape stay together as well: terraform plans them as instances of one module.
    ordered = sorted(members, key=lambda member: (member.providers, member.provider, member.shape))
    for _, group in groupby(ordered, lambda item: item.providers):
        pooled: list[Member] = []
        for _, of_provider in groupby(group, lambda item: item.provider):
            neighbours = list(of_provider)
            if len(neighbours) < SMALLEST:
                pooled += neighbours
            else:
                batches += _even(neighbours, at_a_time)
        batches += _even(pooled, at_a_time)
    if len(batches) < at_a_time and len(members) >= at_a_time * SMALLEST:
        batches = [part for batch in batches for part in _parts(batch, at_a_time)]
    # The longest first, so that all end at about the same time.
    return sorted(batches, key=len, reverse=True)


def _even(members: list[Member], at_a_time: int) -> list[list[Member]]:
    """Share out what one batch cannot hold, so that no terraform has to work alone in the end."""
    count = max(math.ceil(len(members) / LARGEST), math.ceil(_blocks(members) / _BLOCKS))
    return _parts(members, 1 if count == 1 else math.ceil(count / at_a_time) * at_a_time)


def _blocks(members: list[Member]) -> float:
    seen: set[str] = set()
    blocks = 0.0
    for member in members:
        blocks += len(member.types) * (_INSTANCE if member.shape in seen else 1)
        seen.add(member.shape)
    return blocks


def _parts(members: list[Member], count: int) -> list[list[Member]]:
    """Cut environments into neighbours that have about as many resources as the others."""
    ends = list(accumulate(len(member.types) + 1 for member in members))
    parts: list[list[Member]] = [[] for _ in range(count)]
    for member, begin, end in zip(members, [0, *ends], ends, strict=False):
        parts[(begin + end) * count // (2 * ends[-1])].append(member)
    return [part for part in parts if part]


def _free_bytes() -> int:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return _BYTES_A_BATCH
