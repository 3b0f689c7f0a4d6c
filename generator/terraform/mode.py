"""Where a run's effects go."""

from __future__ import annotations

from enum import Enum, StrEnum, auto


class Mode(StrEnum):
    """Where a run's effects go: nowhere, to the local stand-in, or to AWS."""

    OFFLINE = "offline"
    SANDBOX = "sandbox"
    REAL = "real"

    @property
    def is_mocked(self) -> bool:
        """Whether the run works on a scratch copy with mock credentials."""
        return self is not Mode.REAL


class StateAt(Enum):
    """Where a run has its state.

    Attributes:
        USUAL: where the mode keeps it.
        FILE: in a file, since the bucket that the rendered backend names is only about to be made.
        BUCKET: where the rendered backend says, also in the sandbox.
    """

    USUAL = auto()
    FILE = auto()
    BUCKET = auto()
