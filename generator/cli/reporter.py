"""What operations tell on their way, on the console; and their questions, on the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from generator.cli.progress import board, progress
from generator.display import plural
from generator.reports.style import styled
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from generator.cli.console import Console
    from generator.cli.progress import Board, Progress
    from generator.operations.changes.review import Reviewed
    from generator.operations.changes.run_result import Outcome, RunResult
    from generator.operations.state.repair import StateChange
    from generator.operations.targets.targets import Target


class ConsoleReporter:
    """Prints what an operation tells.

    Args:
        console: where.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def can_ask(self) -> bool:
        """Whether a person sits at a terminal."""
        return not self._console.json and sys.stdin.isatty()

    def warn(self, text: str) -> None:
        """Say what may be wrong."""
        self._console.warn(text)

    def note(self, text: str) -> None:
        """Remark something that may be skipped."""
        self._console.note(text)

    def board(self, *, counted: bool = False) -> AbstractContextManager[Board]:
        """Show pieces of work while the block runs."""
        return board(self._console, counted=counted)

    def progress(self, text: str, total: int | None = None) -> AbstractContextManager[Progress]:
        """Show one piece of work while the block runs."""
        return progress(self._console, text, total)

    def wave(self, title: str, number: int, of: int, environments: int) -> None:
        """Say which wave begins."""
        counted = f"{title} ({plural(environments, 'environment')})"
        self._console.show(styled(f"Wave {number} of {of}: {counted}", bold=True))

    def reviewed(self, reviewed: Reviewed) -> None:
        """Show a plan, and what guards say of it."""
        # What derives and renders takes a third of a second to import: what shows no plan need not wait for it.
        from generator.reports.changes.run import reviewed_messages  # noqa: PLC0415  # see above
        from generator.reports.plan.results import PlanDocuments  # noqa: PLC0415  # see above

        console = self._console
        workspace = Workspace.find(console.options.folder)
        document = PlanDocuments(workspace, redactor=console.options.redactor).of_reviewed([reviewed])
        console.tell(reviewed_messages(document, columns=console.columns, verbose=console.options.verbose))

    def state_change(self, change: StateChange) -> None:
        """Show what a state would forget and know again."""
        from generator.reports.state.repair import change_messages  # noqa: PLC0415  # as above

        self._console.tell(change_messages(change))

    def agrees(self, target: Target, verb: str) -> bool:
        """Ask; prod wants its name typed."""
        if not target.is_prod:
            return click.confirm(f"{verb.capitalize()} {target.name}?", err=True)
        typed = click.prompt(f"Type the environment's name to {verb} it", default="", show_default=False, err=True)
        if typed.strip() == target.name:
            return True
        self._console.note("That is not the environment's name; nothing was changed.")
        return False

    def finished(self, lines: Sequence[str], outcome: Outcome | None = None, done: str = "") -> None:
        """Say what one environment came to."""
        for line in lines:
            self._console.show(line)
        if outcome is not None:
            self._console.show(f"  {outcome.status}: {done} in {outcome.seconds:.0f} s")

    def ended(self, result: RunResult) -> None:
        """Say what a run came to that is ended early."""
        from generator.reports.changes.run import ended_report  # noqa: PLC0415  # as above

        self._console.report(ended_report(result))
