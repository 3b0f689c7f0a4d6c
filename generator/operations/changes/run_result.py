"""What became of each environment of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.errors import TfstencilError
    from generator.operations.targets.targets import Target
    from generator.terraform import Mode

_GOOD: Final = frozenset({"applied", "destroyed", "unchanged", "finished before"})


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


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of a run over environments.

    Attributes:
        verb: `apply` or `destroy`.
        mode: where its effects went.
        outcomes: one per environment.
        seconds: how long it took; 0.0 where it was ended early.
        ended_by: what ended it early.
        targets: the environments, by name.
    """

    verb: str
    mode: Mode
    outcomes: Sequence[Outcome]
    seconds: float
    ended_by: TfstencilError | None = None
    targets: Mapping[str, Target] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every environment is as it was asked for."""
        return all(outcome.is_good for outcome in self.outcomes)
