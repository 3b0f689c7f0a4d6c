"""The lines that terraform writes with `-json` while it works."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, parse_diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """One line of terraform's machine-readable progress.

    Attributes:
        kind: terraform's own type (`apply_start`, `apply_complete`, `planned_change`, `change_summary` …).
        message: what it would print for a person.
        address: the resource concerned, or "".
        action: `create`, `update`, `delete`, `read` …, or "".
        seconds: how long the resource has taken so far, 0 where the event does not say.
        id: of the real resource, or "".
        diagnostic: what it complains about, for `diagnostic` events.
    """

    kind: str
    message: str
    address: str = ""
    action: str = ""
    seconds: int = 0
    id: str = ""
    diagnostic: Diagnostic | None = None


def parse_event(line: bytes) -> ProgressEvent | None:
    """Read one line; None for a line that is no event (a crash writes plain text)."""
    try:
        raw = json.loads(line)
    except ValueError:
        return None
    if not isinstance(raw, dict) or "type" not in raw:
        return None
    subject: dict[str, Any] = raw.get("hook") or raw.get("change") or {}
    diagnostic = raw.get("diagnostic")
    return ProgressEvent(
        kind=str(raw["type"]),
        message=str(raw.get("@message") or ""),
        address=str((subject.get("resource") or {}).get("addr") or ""),
        action=str(subject.get("action") or ""),
        seconds=int(subject.get("elapsed_seconds") or 0),
        id=str(subject.get("id_value") or ""),
        diagnostic=parse_diagnostic(diagnostic) if diagnostic else None,
    )


def read_events(path: Path) -> Iterator[ProgressEvent]:
    """Read the events that a finished command left in a file."""
    with path.open("rb") as lines:
        for line in lines:
            event = parse_event(line)
            if event:
                yield event


def diagnostics_in(path: Path) -> tuple[Diagnostic, ...]:
    """Collect what a finished command complained about, in its order."""
    return tuple(event.diagnostic for event in read_events(path) if event.diagnostic)
