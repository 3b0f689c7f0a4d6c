"""Names that a process and the child that it forks take in turn: whoever is free gets the next few."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A byte for each, and the smallest pipe of any system holds them all.
_BATCHES: Final = 250


class Queue:
    """Hands out names; make it before the fork. Each process that iterates over it gets other names.

    The queue is a pipe with the numbers of the batches. It has no writer any more, so that it ends when it is empty.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._size = max(1, -(-len(names) // _BATCHES))
        self._owner = os.getpid()
        self._reader, writer = os.pipe()
        os.write(writer, bytes(range(-(-len(names) // self._size))))
        os.close(writer)

    def __iter__(self) -> Iterator[str]:
        """Yield what this process gets; nothing more in a child whose parent was killed."""
        while taken := os.read(self._reader, 1):
            first = taken[0] * self._size
            for name in self._names[first : first + self._size]:
                if self._owner not in {os.getpid(), os.getppid()}:
                    return
                yield name

    def drain(self) -> None:
        """Leave nothing for anybody."""
        os.read(self._reader, _BATCHES)

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._reader)
