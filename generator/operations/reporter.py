"""Who hears what an operation tells on its way, and answers what it asks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

    from generator.operations.changes.review import Reviewed
    from generator.operations.changes.run_result import Outcome, RunResult
    from generator.operations.state.repair import StateChange
    from generator.operations.targets.targets import Target


class Progress(Protocol):
    """One piece of work, while it goes on."""

    def phase(self, text: str) -> None:
        """Say what is being done now."""

    def advance(self, steps: int = 1) -> None:
        """Count steps that are done."""

    def line(self, text: str) -> None:
        """Say what is done, to stay."""


class Board(Protocol):
    """Several pieces of work side by side; safe to use from several threads."""

    def line(self, text: str, total: int | None = None) -> AbstractContextManager[Progress]:
        """Show a piece of work for as long as the block runs; `total` is its number of steps, where that is known."""


class Reporter(Protocol):
    """Hears what an operation tells."""

    @property
    def can_ask(self) -> bool:
        """Whether there is anybody to ask."""

    def warn(self, text: str) -> None:
        """Say what may be wrong."""

    def note(self, text: str) -> None:
        """Remark something that may be skipped."""

    def board(self, *, counted: bool = False) -> AbstractContextManager[Board]:
        """Show pieces of work while the block runs; `counted` where they have steps."""

    def progress(self, text: str, total: int | None = None) -> AbstractContextManager[Progress]:
        """Show one piece of work while the block runs; `total` is its number of steps, where that is known."""

    def wave(self, title: str, number: int, of: int, environments: int) -> None:
        """Say which wave of a rollout begins."""

    def reviewed(self, reviewed: Reviewed) -> None:
        """Show a plan that is to be carried out, and what guards say of it."""

    def state_change(self, change: StateChange) -> None:
        """Show what a state would forget and know again."""

    def agrees(self, target: Target, verb: str) -> bool:
        """Ask whether what was shown may be done."""

    def finished(self, lines: Sequence[str], outcome: Outcome | None = None, done: str = "") -> None:
        """Say what one environment came to.

        Args:
            lines: what was held back while others were at work.
            outcome: of the environment; None where it failed, which is said at the end.
            done: counts of what was done: `12 created`.
        """

    def ended(self, result: RunResult) -> None:
        """Say what a run came to that is ended early, before it ends."""


class NoProgress:
    """A piece of work that nobody watches."""

    def phase(self, text: str) -> None:
        """Tell nobody."""

    def advance(self, steps: int = 1) -> None:
        """Tell nobody."""

    def line(self, text: str) -> None:
        """Tell nobody."""


class _NoBoard:
    """Pieces of work that nobody watches."""

    @contextmanager
    def line(self, text: str, total: int | None = None) -> Iterator[Progress]:  # noqa: ARG002  # the protocol's
        """Tell nobody."""
        yield NoProgress()


class Silent:
    """Tells nobody anything.

    Args:
        agree: environments for which it agrees to what is asked.
    """

    def __init__(self, agree: Collection[str] = ()) -> None:
        self._agree = agree

    @property
    def can_ask(self) -> bool:
        """Whether it agrees to anything."""
        return bool(self._agree)

    def warn(self, text: str) -> None:
        """Tell nobody."""

    def note(self, text: str) -> None:
        """Tell nobody."""

    @contextmanager
    def board(self, *, counted: bool = False) -> Iterator[Board]:  # noqa: ARG002  # the protocol's
        """Tell nobody."""
        yield _NoBoard()

    @contextmanager
    def progress(self, text: str, total: int | None = None) -> Iterator[Progress]:  # noqa: ARG002  # the protocol's
        """Tell nobody."""
        yield NoProgress()

    def wave(self, title: str, number: int, of: int, environments: int) -> None:
        """Tell nobody."""

    def reviewed(self, reviewed: Reviewed) -> None:
        """Tell nobody."""

    def state_change(self, change: StateChange) -> None:
        """Tell nobody."""

    def agrees(self, target: Target, verb: str) -> bool:  # noqa: ARG002  # the protocol's
        """Agree where the environment was named."""
        return target.name in self._agree

    def finished(self, lines: Sequence[str], outcome: Outcome | None = None, done: str = "") -> None:
        """Tell nobody."""

    def ended(self, result: RunResult) -> None:
        """Tell nobody."""
