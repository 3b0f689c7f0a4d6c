"""Apply: what a plan says is done, after it was shown and agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.operations.changes.change import change
from generator.operations.targets.targets import targets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.changes.run_result import RunResult
    from generator.operations.requests import ChangeRequest
    from generator.operations.run import Run
    from generator.operations.targets.targets import Target
    from generator.workspace import Workspace


def apply(run: Run, request: ChangeRequest) -> RunResult:
    """Apply environments: the plan that was kept of each, else a fresh one.

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
    return targets_of(workspace, workspace.select(patterns))
