"""Terraform's own progress, on ours: which resource is at work, and which is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.checks.guards.classification.explanation import type_of
from generator.display import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.operations.reporter import Progress
    from generator.terraform.process.events import ProgressEvent

_DONE: Final = {"create": "created", "update": "updated", "delete": "destroyed", "read": "read"}


def following(shown: Progress, name: str) -> Callable[[ProgressEvent], None]:
    """Return what shows terraform's progress while it plans."""

    def on_event(event: ProgressEvent) -> None:
        if event.address:
            shown.phase(f"{name}: {visible(event.address)}")

    return on_event


@dataclass(slots=True)
class Applied:
    """Counts what an apply does while it shows it.

    Attributes:
        shown: the display.
        name: the environment.
        say: called with a line for each resource that is finished.
        done: number of finished resources by action.
        finished: addresses of those that were made.
        slowest: seconds of the slowest, by `create aws_s3_bucket`.
    """

    shown: Progress
    name: str
    say: Callable[[str], None]
    done: Counter[str] = field(default_factory=Counter)
    finished: set[str] = field(default_factory=set)
    slowest: dict[str, float] = field(default_factory=dict)

    def on_event(self, event: ProgressEvent) -> None:
        """Take one event of terraform."""
        address = visible(event.address)
        if event.kind in {"apply_start", "apply_progress"}:
            waited = f" ({event.seconds} s)" if event.seconds else ""
            self.shown.phase(f"{self.name}: {event.action} {address}{waited}")
        elif event.kind == "apply_complete":
            self.done[event.action] += 1
            if event.action == "create":
                self.finished.add(event.address)
            kind = type_of(event.address)
            if kind:
                key = f"{event.action} {kind}"
                self.slowest[key] = max(self.slowest.get(key, 0.0), float(event.seconds or 0))
            self.shown.advance()
            took = f" ({event.seconds} s)" if event.seconds else ""
            self.say(f"  {_DONE.get(event.action, event.action)} {address}{took}")
        elif event.kind == "apply_errored":
            self.say(f"  FAILED {event.action} {address}")

    @property
    def words(self) -> str:
        """What was done: `12 created, 1 destroyed`."""
        return in_words(self.done)


def in_words(done: Counter[str]) -> str:
    """Count finished resources in words: `12 created, 1 destroyed`."""
    return ", ".join(f"{done[action]} {past}" for action, past in _DONE.items() if done[action])
