"""What was applied to an environment, by whom, and what was allowed for it: one line of JSON each, beside its state.

Where the state lies in S3 and boto3 is installed, the lines lie there too (`<key of the state>.applied.jsonl`), for the
whole team; they are kept in `.tfstencil/applied/<mode>/<env>.jsonl` (0600) in any case. A line is written before the
apply, with what it is about to make, and one when it has ended.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from generator.files import make_private_folder

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Protocol

    from generator.workspace import Workspace

    class Shelf(Protocol):
        """Where lines lie for others too."""

        def read(self) -> str:
            """Return all lines; "" where there are none."""

        def add(self, line: str) -> None:
            """Add a line."""


MOVE: Final = "move"
BEGUN: Final = "begun"
DONE: Final = "done"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line.

    Attributes:
        verb: `apply`, `bootstrap` or `destroy`; `move` for a state that was taken along, or given up.
        outcome: `begun`, `done` or `failed`.
        makes: addresses that it is about to make; once it has ended, those that it did not finish.
        allowed: what was allowed: the name of each refusal, what it says, and the reason that was given.
        by: who did it: the names of user and machine.
        when: in UTC.
        state: where the state lay by its rendered modules (`backends.place_of`); "" in older lines.
    """

    verb: str
    outcome: str
    makes: tuple[str, ...] = ()
    allowed: tuple[dict[str, str], ...] = ()
    by: str = ""
    when: str = ""
    state: str = ""


@dataclass(slots=True)
class History:
    """The lines of one environment.

    Args:
        file: where they lie on this machine.
        below: the folder that ours are below.
        shelf: where they lie for the team; None for nowhere.
    """

    file: Path
    below: Path
    shelf: Shelf | None = None
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, workspace: Workspace, environment: str, mode: str, shelf: Shelf | None = None) -> History:
        """Return that of an environment in one mode."""
        file = workspace.scratch / "applied" / mode / f"{environment}.jsonl"
        return cls(file, workspace.scratch, shelf)

    def add(self, entry: HistoryEntry) -> None:
        """Write a line; what cannot be written is noted in `problems`, and keeps nobody from applying."""
        named = {"by": _who(), "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        line = json.dumps(asdict(entry) | named)
        try:
            make_private_folder(self.file.parent, below=self.below)
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as lines:
                lines.write(f"{line}\n")
        except OSError as error:
            self.problems.append(f"{self.file.name} cannot be written: {error.strerror}")
        if self.shelf is not None:
            try:
                self.shelf.add(line)
            except Exception as error:  # noqa: BLE001  # whatever AWS or the network says: the apply goes on
                self.problems.append(f"the record beside the state cannot be written: {error}")

    def entries(self) -> list[HistoryEntry]:
        """Return all lines, the oldest first; those of the team where they can be read."""
        text = ""
        if self.shelf is not None:
            try:
                text = self.shelf.read()
            except Exception as error:  # noqa: BLE001  # see `add`
                self.problems.append(f"the record beside the state cannot be read: {error}")
        if not text and self.file.is_file():
            text = self.file.read_text("utf-8", errors="replace")
        return [entry for line in text.splitlines() if (entry := _entry(line))]

    def half_made(self) -> frozenset[str]:
        """Return the addresses that an apply began to make and did not finish, and none has finished since."""
        found: set[str] = set()
        begun: set[str] = set()
        for entry in self.entries():
            if entry.verb == MOVE:
                continue
            if entry.outcome == BEGUN:
                begun = set(entry.makes)
            elif entry.outcome == DONE:
                found.clear()
            else:
                # What it finished is whole: whoever marks it as tainted later means what is in it.
                found = (found - begun) | set(entry.makes)
        return frozenset(found)


def _entry(line: str) -> HistoryEntry | None:
    try:
        held: dict[str, Any] = json.loads(line)
        return HistoryEntry(
            verb=str(held["verb"]),
            outcome=str(held["outcome"]),
            makes=tuple(map(str, held.get("makes", ()))),
            allowed=tuple(held.get("allowed", ())),
            by=str(held.get("by", "")),
            when=str(held.get("when", "")),
            state=str(held.get("state", "")),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        # A line that was cut short says nothing.
        return None


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
