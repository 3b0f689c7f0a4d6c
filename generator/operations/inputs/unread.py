"""Warnings of what lies in a workspace and is not read, for commands that do more than check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import one_line
from generator.errors import SpecError
from generator.model.folder import judge_folder, judge_root
from generator.output.beside import foreign_files
from generator.output.destination import Destination
from generator.rendering.overrides import additions, judge_templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.operations.reporter import Reporter
    from generator.workspace import Workspace

_SHOWN: Final = 5


def selected(workspace: Workspace, patterns: Sequence[str]) -> list[str]:
    """Resolve ENV…; where all specs are misnamed, so that there is no environment, say so with their places.

    Raises:
        SpecError: that is so.
        UsageError: a pattern matches nothing, or there is no environment for another reason.
    """
    if not workspace.environment_names():
        wrong = [problem for problem in judge_folder(workspace) if problem.severity == "error"]
        if wrong:
            raise SpecError(wrong)
    return workspace.select(patterns)


def unread_and_foreign(workspace: Workspace, names: Sequence[str]) -> list[str]:
    """Say all that lies in a workspace and is not read, or was not rendered: a sentence each."""
    # The parts are the model, which a render of what is unchanged need not import.
    from generator.operations.parts.added import changed_parts  # noqa: PLC0415  # see above
    from generator.operations.parts.overrides import stale_overrides  # noqa: PLC0415  # see above
    from generator.operations.parts.unused import unused_parts  # noqa: PLC0415  # see above

    problems = (*judge_root(workspace), *judge_folder(workspace), *judge_templates(workspace), *additions(workspace))
    stale = (*stale_overrides(workspace), *changed_parts(workspace), *unused_parts(workspace))
    return [*map(str, problems), *stale, *foreign_files(Destination.of(workspace), names)]


def warn_of_unread(reporter: Reporter, workspace: Workspace, names: Sequence[str]) -> None:
    """Warn of the first few files that are not read as what they seem to be, and count the others."""
    # With all environments selected, the errors among these stop the command.
    whole = set(names) == set(workspace.environment_names())
    problems = (*judge_root(workspace), *judge_folder(workspace), *judge_templates(workspace), *additions(workspace))
    found = [str(problem) for problem in problems if problem.severity == "warning" or not whole]
    _warn(reporter, found, "tfstencil validate")


def warn_of_foreign(reporter: Reporter, workspace: Workspace, names: Sequence[str], out: Path | None = None) -> None:
    """Warn of the first few files that were not rendered and that terraform may read, and count the others."""
    _warn(reporter, list(foreign_files(Destination.of(workspace, out), names)), "tfstencil status")


def _warn(reporter: Reporter, found: Sequence[str], lister: str) -> None:
    for line in found[:_SHOWN]:
        reporter.warn(one_line(line))
    if len(found) > _SHOWN:
        reporter.warn(f"and {len(found) - _SHOWN} more; {lister} lists all of them")
