"""What was applied to an environment, by whom, and what was allowed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.kept.bucket_shelf import history_of

if TYPE_CHECKING:
    from generator.kept.history import HistoryEntry
    from generator.operations.run import Run
    from generator.terraform import Mode


def applied(run: Run, name: str, mode: Mode) -> list[HistoryEntry]:
    """Read the record of an environment, the oldest entry first; what cannot be read of it is warned of.

    Args:
        run: the call.
        name: the environment.
        mode: where it was applied.
    """
    history = history_of(run.workspace, name, mode)
    entries = history.entries()
    for problem in history.problems:
        run.reporter.warn(problem)
    return entries
