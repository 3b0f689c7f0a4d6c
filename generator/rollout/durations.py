"""How long each environment took the last time, so that the longest can begin first."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from generator.files import replace
from generator.json_files import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.workspace import Workspace

# Nobody knows how long it will take: it may be the longest of all.
_UNKNOWN: Final = float("inf")


class Durations:
    """Remembered seconds, by target, verb and environment.

    They only decide an order, so a file that is missing, spoilt or cannot be written is no error.

    Args:
        workspace: where they are kept.
        kind: what took so long, such as `sandbox apply`.
    """

    def __init__(self, workspace: Workspace, kind: str) -> None:
        self._file = workspace.scratch / "durations.json"
        self._kind = kind

    def longest_first(self, names: Iterable[str]) -> list[str]:
        """Order environments: those that nobody has timed, then the longest, then by name."""
        known = self._read().get(self._kind, {})
        return sorted(names, key=lambda name: (-known.get(name, _UNKNOWN), name))

    def known(self) -> dict[str, float]:
        """Return the remembered seconds by name."""
        return self._read().get(self._kind, {})

    def remember(self, name: str, seconds: float) -> None:
        """Keep how long an environment took."""
        self.remember_all({name: seconds})

    def remember_all(self, seconds: Mapping[str, float]) -> None:
        """Keep how long several took."""
        everything = self._read()
        everything.setdefault(self._kind, {}).update((name, round(each, 1)) for name, each in seconds.items())
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._file, json.dumps(everything, indent=2, sort_keys=True).encode())

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            document = read_json(self._file)
            return {
                str(kind): {str(name): float(seconds) for name, seconds in times.items()}
                for kind, times in document.items()
            }
        except (OSError, ValueError, AttributeError, TypeError, OverflowError):
            return {}
