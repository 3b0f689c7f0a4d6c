"""Progress on stderr while something takes its time: on a terminal only, quiet in CI, with `-q` and in a pipe."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from generator.cli.console import Console


@dataclass(frozen=True, slots=True)
class Progress:
    """What one piece of work tells about its way; without a terminal, only what is done.

    Attributes:
        show: prints what is done where there is no display.
        bar: the display; None where there is none.
        task: its own line of it.
    """

    show: Callable[[str], None]
    bar: RichProgress | None = None
    task: TaskID | None = None

    def phase(self, text: str) -> None:
        """Say what is being done now."""
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, description=text)

    def advance(self, steps: int = 1) -> None:
        """Count steps that are done."""
        if self.bar is not None and self.task is not None:
            self.bar.advance(self.task, steps)

    def line(self, text: str) -> None:
        """Leave a line above the display, or where results go."""
        if self.bar is None:
            self.show(text)
        else:
            self.bar.console.print(text, markup=False, highlight=False)


@dataclass(frozen=True, slots=True)
class Board:
    """A display with a line for each piece of work that is going on; safe to use from several threads.

    Attributes:
        show: prints what is done where there is no display.
        bar: the display; None where there is none.
    """

    show: Callable[[str], None]
    bar: RichProgress | None = None

    @contextmanager
    def line(self, text: str, total: int | None = None) -> Iterator[Progress]:
        """Show a line for as long as the block runs.

        Args:
            text: what is being done.
            total: number of steps; None where nobody knows it.
        """
        if self.bar is None:
            yield Progress(self.show)
            return
        task = self.bar.add_task(text, total=total)
        try:
            yield Progress(self.show, self.bar, task)
        finally:
            self.bar.remove_task(task)


@contextmanager
def board(console: Console, *, counted: bool = False, show: Callable[[str], None] | None = None) -> Iterator[Board]:
    """Show a display while the block runs.

    Args:
        console: its `-q` and `--no-color` count.
        counted: its lines count steps.
        show: prints what is done where there is no display; by default as a result.
    """
    options = console.options
    if options.quiet or os.environ.get("CI") or not sys.stderr.isatty():
        yield Board(show or console.show)
        return
    # rich takes 100 ms to import, and only terminals need it.
    from rich.console import Console as RichConsole  # noqa: PLC0415  # see above
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as RichProgress  # noqa: PLC0415

    counters = [BarColumn(bar_width=24), MofNCompleteColumn()] if counted else []
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *counters, TimeElapsedColumn())
    screen = RichConsole(stderr=True, no_color=not options.wants_color(sys.stderr))
    with RichProgress(*columns, console=screen, transient=True) as bar:
        yield Board(show or console.show, bar)


@contextmanager
def progress(console: Console, text: str, total: int | None = None) -> Iterator[Progress]:
    """Show progress of one piece of work while the block runs.

    Args:
        console: its `-q` and `--no-color` count.
        text: what is being done.
        total: number of steps; None where nobody knows it.
    """
    with board(console, counted=total is not None and total > 0) as shown, shown.line(text, total) as line:
        yield line
