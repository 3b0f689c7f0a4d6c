"""Who holds the lock of a state, from terraform's own words."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.failure_explanation import FailedRun

# In flattened text. S3's own wording of the conflict comes before it, with an ID of another kind.
_ID: Final = re.compile(r"Lock Info: ID: (\S+)")
_OPERATION: Final = re.compile(r"Operation: OperationType(\w+)")
_WHO: Final = re.compile(r"Who: (\S+@\S+)")
_CREATED: Final = re.compile(r"Created: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class LockInfo:
    """A lock that is held.

    Attributes:
        id: what unlocking it by force takes.
        operation: what its holder does (`apply`).
        who: user and machine.
        created: since when.
    """

    id: str
    operation: str
    who: str
    created: str

    @property
    def is_of_this_machine(self) -> bool:
        """Whether its holder ran here."""
        return self.who.rpartition("@")[2] == socket.gethostname()


def lock_info(text: str) -> LockInfo | None:
    """Read who holds a lock out of a flattened error of terraform."""
    lock = _ID.search(text)
    if lock is None:
        return None
    operation, who, created = _OPERATION.search(text), _WHO.search(text), _CREATED.search(text)
    return LockInfo(
        lock[1],
        operation[1].lower() if operation else "work on it",
        who[1] if who else "somebody",
        f"{created[1]} UTC" if created else "some time ago",
    )


def explain_lock(text: str, subject: FailedRun) -> tuple[str, str]:
    """Say who holds the lock, and what to do."""
    target = subject.words["target"]
    info = lock_info(text)
    if info is None:
        return "the state cannot be locked", "see what terraform says above, then try again"
    cause = f"{info.who} has locked this state since {info.created} for its {info.operation} (lock {info.id})"
    if info.is_of_this_machine:
        cause += "; a terraform whose tfstencil was killed finishes by itself"
    remedy = (
        "wait until they are done; only when you are sure that nobody is at work any more: "
        f"tfstencil state unlock {target} {info.id}"
    )
    return cause, remedy
