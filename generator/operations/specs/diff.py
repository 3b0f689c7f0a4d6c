"""Diff: what differs between two environments, by meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.explain.comparison import compare
from generator.explain.explain import explain
from generator.model.loading.load import load_environments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.explain.comparison import Difference
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DiffResult:
    """What differs.

    Attributes:
        names: of both environments.
        differences: every value that is not the same.
    """

    names: tuple[str, str]
    differences: Sequence[Difference]

    @property
    def own(self) -> list[Difference]:
        """Those that do not only follow from names and accounts."""
        return [difference for difference in self.differences if not difference.follows]


def diff(workspace: Workspace, left: str, right: str) -> DiffResult:
    """Compare two environments after merging.

    Args:
        workspace: where.
        left: name of one environment.
        right: name of the other.

    Raises:
        UsageError: there is no such environment.
        SpecError: a spec is wrong.
    """
    names = (workspace.one_environment(left), workspace.one_environment(right))
    loaded = {environment.name: environment for environment in load_environments(workspace, sorted(set(names)))}
    mine, theirs = (explain(workspace, loaded[name]) for name in names)
    return DiffResult(names, compare(mine, theirs))
