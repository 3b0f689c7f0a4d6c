"""Where a run's effects go."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Where a run's effects go: nowhere, to the local stand-in, or to AWS."""

    OFFLINE = "offline"
    SANDBOX = "sandbox"
    REAL = "real"

    @property
    def is_mocked(self) -> bool:
        """Whether the run works on a scratch copy with mock credentials."""
        return self is not Mode.REAL
