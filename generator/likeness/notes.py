"""What was carried over into a spec, and what could not be."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

_LONGEST: Final = 160


@dataclass(slots=True)
class Carried:
    """The keys of a build, as far as they are known, and what no key says.

    Attributes:
        keys: of the build, nested as in a spec.
        notes: a line for each thing that could not be carried.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def put(self, path: str, value: object) -> None:
        """Give a key a value; what is empty says nothing, but for an empty `runtime`."""
        if value in (None, "", [], {}) and path != "runtime":
            return
        *above, last = path.split(".")
        node = self.keys
        for part in above:
            node = node.setdefault(part, {})
        node[last] = value

    def turn_on(self, path: str) -> None:
        """Say yes to a key."""
        self.put(path, True)  # noqa: FBT003  # a value like any other

    def note(self, key: str, reason: str, value: object = None) -> None:
        """Say what could not be carried, and why."""
        shown = "" if value is None else f" ({_shown(value)})"
        self.notes.append(f"{key}{shown}: {reason}")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
