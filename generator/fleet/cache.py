"""Offline plans that were made before, by all that they depend on.

An offline plan is made from nothing but text and two programs, so that the same text, lock file, terraform and provider
give the same plan. An entry that is damaged counts as absent; the oldest go when there are too many.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from generator.fleet.packed import read_packed, write_packed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.fleet.member import Member
    from generator.workspace import Workspace

# Changes when the same plan is taken apart or written down in another way.
_FORMAT: Final = "1"
_LARGEST_BYTES: Final = 64 << 20
_SUFFIX: Final = ".plan"


class PlanCache:
    """The plans of one workspace that were made with one terraform and one provider.

    Args:
        workspace: where; the entries lie in `.tfstencil/cache/plans/`, 0600.
        programs: text that changes with the versions of terraform and provider.
    """

    def __init__(self, workspace: Workspace, programs: str) -> None:
        self._folder = workspace.scratch / "cache" / "plans"
        self._programs = programs

    def get(self, member: Member) -> dict[str, Any] | None:
        """Return the plan JSON of an environment, None where there is none for just this text and these programs."""
        path = self._path(member)
        raw = read_packed(path)
        if raw is not None:
            # The time of the last use: what was not used for longest goes first.
            with suppress(OSError):
                os.utime(path)
        return raw

    def put(self, member: Member, raw: Mapping[str, Any]) -> None:
        """Keep a plan; where the folder cannot be written it is not kept."""
        write_packed(self._path(member), raw)

    def trim(self, largest: int = _LARGEST_BYTES) -> None:
        """Delete what was not used for longest until all entries together have at most `largest` bytes."""
        with suppress(OSError):
            entries = [(entry, entry.stat()) for entry in self._folder.iterdir()]
            room = largest
            for entry, stat in sorted(entries, key=lambda item: item[1].st_mtime_ns, reverse=True):
                room -= stat.st_size
                if room < 0:
                    entry.unlink(missing_ok=True)

    def _path(self, member: Member) -> Path:
        key = f"{_FORMAT}\0{self._programs}\0{member.digest}"
        return self._folder / (hashlib.sha256(key.encode()).hexdigest() + _SUFFIX)
