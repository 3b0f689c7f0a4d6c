"""Destroy: what was applied is destroyed, after the plan of it was shown and agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.operations.changes.change import change
from generator.operations.targets.targets import targets_of, targets_of_removed
from generator.output.destination import Destination
from generator.output.writing.removal import removed_environments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.changes.run_result import RunResult
    from generator.operations.requests import ChangeRequest
    from generator.operations.run import Run
    from generator.operations.targets.targets import Target
    from generator.workspace import Workspace


def destroy(run: Run, request: ChangeRequest) -> RunResult:
    """Destroy what was applied for environments, also for those whose spec is gone, where they are named.

    Args:
        run: the call.
        request: what was asked for.

    Returns:
        What became of each; of one that failed, why.

    Raises:
        TfstencilError: nothing was begun.
    """
    return change(run, request, _targets)


def _targets(workspace: Workspace, patterns: Sequence[str]) -> list[Target]:
    removed = removed_environments(Destination.of(workspace))
    gone = [name for name in removed if name in patterns]
    others = [pattern for pattern in patterns if pattern not in gone]
    living = targets_of(workspace, workspace.select(others)) if others or not gone else []
    return living + targets_of_removed(workspace, gone)
