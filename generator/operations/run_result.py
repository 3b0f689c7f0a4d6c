"""What became of each environment of a run: as lines, as a table, as data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.errors import TfstencilError

# The status of an environment, and how it looks.
_LOOK: Final = {
    "applied": "green",
    "destroyed": "green",
    "unchanged": "green",
    "finished before": "green",
    "declined": "yellow",
    "refused": "red",
    "not begun": "yellow",
    "failed": "red",
    "interrupted": "red",
}
_GOOD: Final = frozenset(status for status, color in _LOOK.items() if color == "green")
_COUNTED: Final = {"create": "created", "update": "updated", "delete": "destroyed"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one environment.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod.
        status: `applied`, `destroyed`, `unchanged` (nothing was to be done), `finished before` (by the run that is
            resumed), `declined`, `refused` (by a guard), `failed`, `interrupted` or `not begun`.
        done: number of resources by action, also of a run that failed.
        seconds: how long terraform took.
        log: the file that keeps all that terraform said; "" where it was not run.
        error: why it failed.
    """

    name: str
    environment_class: str
    status: str
    done: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    log: str = ""
    error: TfstencilError | None = None

    @property
    def is_good(self) -> bool:
        """Whether the environment is as it was asked for."""
        return self.status in _GOOD

    def as_data(self) -> dict[str, object]:
        """Write it as JSON data."""
        data: dict[str, object] = {
            "name": self.name,
            "class": self.environment_class,
            "status": self.status,
            "done": dict(self.done),
            "seconds": round(self.seconds, 2),
        }
        if self.log:
            data["log"] = self.log
        if self.error:
            data["error"] = str(self.error)
        return data


def summary_table(outcomes: Sequence[Outcome]) -> Table:
    """Sum up several environments, one line each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for title in ("environment", "class", "status"):
        table.add_column(title)
    for title in (*_COUNTED.values(), "seconds"):
        table.add_column(title, justify="right")
    for outcome in outcomes:
        counts = [str(outcome.done.get(action, 0)) for action in _COUNTED]
        status = Text(outcome.status, style=_LOOK[outcome.status])
        table.add_row(outcome.name, outcome.environment_class, status, *counts, f"{outcome.seconds:.0f}")
    return table


def count_line(outcomes: Sequence[Outcome]) -> str:
    """Count what became of the environments: `3 applied, 1 failed, 2 not begun`."""
    counts = Counter(outcome.status for outcome in outcomes)
    return ", ".join(f"{counts[status]} {status}" for status in _LOOK if counts[status])
