"""Explain: the merged value of a key, where it comes from, and what it overrode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.explain.explain import explain as explained
from generator.explain.explain import find_key
from generator.model.loading.load import load_environments

if TYPE_CHECKING:
    from generator.explain.explain import Explanation
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ExplainResult:
    """What was asked for, explained.

    Attributes:
        environment: its name.
        key: what was asked for; None for all of it.
        found: the explanation of that.
    """

    environment: str
    key: str | None
    found: Explanation


def explain(workspace: Workspace, pattern: str, key: str | None = None) -> ExplainResult:
    """Explain a key of an environment, or all of it.

    Args:
        workspace: where.
        pattern: the name of the environment.
        key: dotted; None for all of it.

    Raises:
        UsageError: there is no such environment, or no such key.
        SpecError: the spec is wrong.
    """
    name = workspace.one_environment(pattern)
    (environment,) = load_environments(workspace, [name])
    whole = explained(workspace, environment)
    return ExplainResult(name, key, whole if key is None else find_key(whole, key))
