"""Which environments come before which: what a spec names must be there, and no circle may come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import SpecError
from generator.language.nodes import find
from generator.problems import Problem
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from generator.model.loading.load import Environment
    from generator.workspace import Workspace


class NeededEnvironments:
    """What environments need, those included that were not asked for.

    Args:
        workspace: where they lie.
        environments: those that are loaded already.
        load: loads another one of the workspace.
    """

    def __init__(
        self,
        workspace: Workspace,
        environments: Iterable[Environment],
        load: Callable[[str], Environment] | None = None,
    ) -> None:
        self._workspace = workspace
        self._needs: dict[str, Sequence[str]] = {each.name: each.spec.needs for each in environments}
        self._load = load or self._loaded

    def of(self, name: str) -> Sequence[str]:
        """Return what an environment needs; nothing of one that is missing or wrong: that is told elsewhere."""
        if name not in self._needs:
            try:
                self._needs[name] = self._load(name).spec.needs if self._workspace.spec_path(name).is_file() else ()
            except SpecError:
                self._needs[name] = ()
        return self._needs[name]

    def before(self, name: str) -> tuple[str, ...]:
        """Return all that comes before an environment, sorted; itself is among it where there is a circle."""
        found: set[str] = set()
        pending = [*self.of(name)]
        while pending:
            each = pending.pop()
            if each not in found:
                found.add(each)
                pending += self.of(each)
        return tuple(sorted(found))

    def way(self, start: str, end: str) -> list[str]:
        """Return the way from one environment to another along what they need; empty where there is none."""
        ways, pending = {start: [start]}, [start]
        while pending:
            name = pending.pop(0)
            if name == end:
                return ways[name]
            for each in self.of(name):
                if each not in ways:
                    ways[each] = [*ways[name], each]
                    pending.append(each)
        return []

    def _loaded(self, name: str) -> Environment:
        from generator.model.loading.load import load_environment  # noqa: PLC0415  # which judges by this module

        return load_environment(self._workspace, name)


def judge_needs(
    workspace: Workspace, environments: Sequence[Environment], load: Callable[[str], Environment]
) -> Iterator[Problem]:
    """Yield what is wrong with the order of environments.

    Args:
        workspace: where they lie.
        environments: those that are checked.
        load: loads another one of the workspace.
    """
    there = workspace.environment_names()
    order = NeededEnvironments(workspace, environments, load)
    for environment in environments:
        needs = environment.spec.needs
        for index, name in enumerate(needs):
            wrong = _wrong(environment.name, needs[:index], name, there, order)
            if wrong is not None:
                node = find(environment.merged, ["needs", index]) or environment.merged
                yield Problem(node.place, f"needs.{index}", *wrong)


def _wrong(
    own: str, before: Sequence[str], name: str, there: Sequence[str], order: NeededEnvironments
) -> tuple[str, str] | None:
    """Return what is wrong and what to do; None where nothing is wrong."""
    if name not in there:
        close = closest(name, there)
        return f"there is no environment {name}", (
            f"did you mean {close}?" if close else "name an environment of this workspace"
        )
    if name in before:
        return f"{name} is there twice", "keep one of them"
    circle = order.way(name, own)
    if circle:
        return f"no order satisfies this: {' needs '.join((own, *circle))}", "remove one of these needs"
    return None
