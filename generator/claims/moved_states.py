"""States that a changed spec looks for elsewhere than the last render did: what was applied stays where it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.claims.catalog import claims
from generator.claims.holders import last_render
from generator.language.nodes import dotted
from generator.model.loading.load import nearest
from generator.output.change import LOCAL_STATE
from generator.output.manifest import state_of
from generator.output.report import move_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model.loading.load import Environment
    from generator.model.rules.finding import Path
    from generator.problems import Problem
    from generator.workspace import Workspace

RULE: Final = "state-moved"
_STACK: Final[Path] = ("stack",)


def moved_states(workspace: Workspace, environments: Sequence[Environment]) -> Iterator[Problem]:
    """Warn of each state that lay elsewhere when its environment was last rendered.

    Args:
        workspace: with what was rendered.
        environments: from their specs as they are.
    """
    for environment in environments:
        last = last_render(workspace, environment.name)
        if last is None or not last[0].claims:
            continue
        found = claims(environment.name, environment.spec)
        before, now = state_of(last[0].claims), state_of(text for text, _ in found)
        if not before and (workspace.modules_out / environment.name / LOCAL_STATE).is_file():
            before = f"a file beside its modules ({environment.name}/{LOCAL_STATE})"
        if before in {"", now}:
            continue
        path = next((path for text, path in found if text.startswith("state ")), _STACK)
        if environment.spec.state and now.partition("//")[2].partition("/")[2] in before:
            # The key is what it was: it is another bucket, or the first one.
            path = ("state", "bucket")
        node = nearest(path, environment.merged)
        now = now or "a file"
        message = f"the state of {environment.name} lay in {before} at the last render, and lies in {now} now"
        problem = node.problem(dotted(path), message, hint=move_state(environment.name), rule=RULE)
        yield replace(problem, severity="warning")
