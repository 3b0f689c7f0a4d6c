"""Which files an environment is made of: its bases in their order, then its own spec."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.errors import UsageError
from generator.language.nodes import Gap, SpecText, find
from generator.language.reader import Reading, load
from generator.suggestion import closest
from generator.workspace import SPEC_SUFFIX

if TYPE_CHECKING:
    from generator.language.nodes import Node
    from generator.problems import Problem
    from generator.workspace import Workspace

EXTENDS: Final = "extends"
LONGEST_CHAIN: Final = 32


class Layer(NamedTuple):
    """A spec among those that make an environment.

    Attributes:
        name: its name.
        path: its file.
        reading: what the file says.
    """

    name: str
    path: Path
    reading: Reading


class Lineage:
    """The layers of one environment, lowest first.

    A base comes after its own bases, and bases of one list in the order of the list. A base that is reached twice
    counts once, at its first place.

    Attributes:
        layers: specs, lowest first, the environment last.
        problems: all that is wrong with the files, and with how they refer to each other.
    """

    def __init__(self, workspace: Workspace, readings: dict[Path, Reading]) -> None:
        self.layers: list[Layer] = []
        self.problems: list[Problem] = []
        self._workspace = workspace
        self._readings = readings
        self._lists: list[list[tuple[str, Node]]] = []

    def follow(self, name: str) -> None:
        """Collect `name` and all that it extends.

        Raises:
            UsageError: there is no spec `name`.
        """
        self._visit(name, ())
        for named in self._lists:
            self._check_order(named)

    @property
    def is_known(self) -> bool:
        """Whether all layers could be found and read, so that it can be told what they come to."""
        unknown = any(problem.key.partition("[")[0] == EXTENDS for problem in self.problems)
        return not unknown and all(layer.reading.root is not None for layer in self.layers)

    def _visit(self, name: str, trail: tuple[str, ...]) -> None:
        path = self._workspace.spec_path(name)
        reading = self._readings.get(path)
        if reading is None:
            reading = self._readings[path] = self._load(path)
        self.problems += reading.problems
        below = (*trail, name)
        named = self._bases(reading)
        for base, node in named:
            if base in below:
                loop = " -> ".join((*below[below.index(base) :], base))
                self._report(node, f"extends itself: {loop}", "take one of these out")
            elif len(below) > LONGEST_CHAIN:
                self._report(node, f"a chain of more than {LONGEST_CHAIN} bases", "merge some of them")
            elif base not in self._names():
                self._try(base, node, below)
        self._lists.append(named)
        self.layers.append(Layer(name, path, reading))

    def _names(self) -> list[str]:
        return [layer.name for layer in self.layers]

    def _try(self, base: str, node: Node, trail: tuple[str, ...]) -> None:
        try:
            self._visit(base, trail)
        except UsageError:
            known = sorted(path.name.removesuffix(SPEC_SUFFIX) for path in self._workspace.environments.glob("*.yaml"))
            close = closest(base, known)
            hint = f"did you mean {close}?" if close else f"there are: {', '.join(known[:20])}"
            missing = self._workspace.relative(self._workspace.spec_path(base))
            self._report(node, f"no base {base}: {missing} does not exist", hint)

    def _load(self, path: Path) -> Reading:
        display = self._workspace.relative(path)
        linked = os.path.islink(path)  # noqa: PTH114  # Path.is_symlink raises where the name is too long
        if linked and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(path.parent)):
            message = "is a link that leads out of the folder of the specs"
            hint = "put the file itself there; what a spec is made of lies in the workspace"
            return Reading(None, (SpecText(display).problem(1, 1, "", message, hint=hint, rule=EXTENDS),))
        return load(path, display)

    def _bases(self, reading: Reading) -> list[tuple[str, Node]]:
        node = find(reading.root, (EXTENDS,)) if reading.root else None
        if node is None:
            return []
        hint = "write extends: _base, or extends: [_base, _eu] where a later one wins"
        if node.operator:
            self._report(node, f"extends takes no {node.operator}: it is not inherited", hint)
        items = node.value if isinstance(node.value, list) else [node]
        if not items:
            self._report(node, "names no base", "leave extends out, or name a base")
        named: list[tuple[str, Node]] = []
        for item in items:
            if isinstance(item.value, str):
                self._add(named, item.value, item)
            elif not isinstance(item, Gap):
                self._report(item, "must be the name of a base, or a list of names", hint)
        return named

    def _add(self, named: list[tuple[str, Node]], base: str, node: Node) -> None:
        if not base.isprintable() or not base or "/" in base or "\\" in base or base.startswith("."):
            hint = "name a spec in environments/, without folder and without .yaml"
            self._report(node, f"{base!r} is not the name of a base", hint)
        elif base.endswith((".yaml", ".yml")):
            self._report(node, f"{base} is the name of a file", f"write {base.rpartition('.')[0]}")
        elif base in [other for other, _ in named]:
            self._report(node, f"{base} is named twice", "keep one of them")
        else:
            named.append((base, node))

    def _check_order(self, named: list[tuple[str, Node]]) -> None:
        names = self._names()
        placed = [(names.index(base), base, node) for base, node in named if base in names]
        for (before, first, _), (after, second, node) in itertools.pairwise(placed):
            if after < before:
                message = f"{second} should win over {first}, but lies beneath it already by what others extend"
                self._report(node, message, f"put {second} before {first}, or leave it out")

    def _report(self, node: Node, message: str, hint: str) -> None:
        self.problems.append(node.problem(EXTENDS, message, hint=hint, rule=EXTENDS))
