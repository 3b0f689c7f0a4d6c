"""Which environments come before which: what a spec names must be there, and no circle may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.language.nodes import dotted, find, plain
from generator.model.loading.interpolation import interpolate
from generator.model.loading.layers import is_within, resolve
from generator.problems import Problem
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from generator.language.nodes import Node
    from generator.model.loading.layers import SpecCache
    from generator.problems import Place
    from generator.workspace import Workspace

_KEY: Final = "needs"


@dataclass(frozen=True, slots=True)
class WrittenNeeds:
    """What an environment needs, where that can be read: its spec may be wrong elsewhere.

    Attributes:
        name: of the environment.
        needs: environments, by name.
        places: of each of them.
    """

    name: str
    needs: Sequence[str] = ()
    places: Sequence[Place] = ()

    @classmethod
    def of(cls, name: str, needs: Sequence[str], root: Node) -> WrittenNeeds:
        """Look up the places in a merged spec."""
        return cls(name, needs, [(find(root, [_KEY, index]) or root).place for index in range(len(needs))])


def needs_of_wrong(workspace: Workspace, name: str, problems: Iterable[Problem], cache: SpecCache) -> WrittenNeeds:
    """Read what an environment needs whose spec is wrong; nothing where just that is wrong.

    Args:
        workspace: where the specs lie.
        name: of the environment.
        problems: all that is wrong with it.
        cache: what was read before.
    """
    if any(is_within(problem.key, _KEY) for problem in problems):
        return WrittenNeeds(name)
    try:
        root = interpolate(resolve(workspace, name, cache), name).root
    except SpecError:
        return WrittenNeeds(name)
    found = find(root, [_KEY])
    needs = plain(found) if found is not None else None
    return WrittenNeeds.of(name, [str(each) for each in needs] if isinstance(needs, list) else (), root)


class NeededEnvironments:
    """What environments need, those included that were not asked for.

    Args:
        workspace: where they lie.
        environments: what those need that are loaded already, by name.
        read: says what another one of the workspace needs.
    """

    def __init__(
        self,
        workspace: Workspace,
        environments: Mapping[str, Sequence[str]],
        read: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        self._workspace = workspace
        self._needs = dict(environments)
        self._read = read or self._loaded

    def of(self, name: str) -> Sequence[str]:
        """Return what an environment needs; nothing of one that is missing: that is told elsewhere."""
        if name not in self._needs:
            self._needs[name] = self._read(name) if self._workspace.spec_path(name).is_file() else ()
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

    def _loaded(self, name: str) -> Sequence[str]:
        from generator.model.loading.load import load_environment  # noqa: PLC0415  # which judges by this module

        try:
            return load_environment(self._workspace, name).spec.needs
        except SpecError:
            return ()


def judge_needs(
    workspace: Workspace, written: Sequence[WrittenNeeds], read: Callable[[str], WrittenNeeds]
) -> Iterator[Problem]:
    """Yield what is wrong with the order of environments.

    Args:
        workspace: where they lie.
        written: what those need that are checked.
        read: says what another one of the workspace needs.
    """
    if not any(each.needs for each in written):
        return
    there = workspace.environment_names()
    known = {each.name: each.needs for each in written}
    order = NeededEnvironments(workspace, known, lambda name: read(name).needs)
    for each in written:
        for index, (name, place) in enumerate(zip(each.needs, each.places, strict=True)):
            wrong = _wrong(each.name, each.needs[:index], name, there, order)
            if wrong is not None:
                yield Problem(place, dotted((_KEY, index)), *wrong)


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
