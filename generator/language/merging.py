"""One layer of a spec laid over another.

Mappings merge, scalars and lists replace, null removes. A key written `key+:` appends to the inherited list, and
`key=:` replaces the inherited mapping as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from generator.language.keys import APPEND, REPLACE
from generator.language.nodes import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.language.nodes import Node
    from generator.problems import Problem

Path: TypeAlias = tuple[str | int, ...]


class Overlay:
    """Layers laid over each other.

    Attributes:
        value: what they come to.
        problems: what cannot be merged.
        removed: nulls that removed something, by the path of what they removed.
    """

    __slots__ = ("problems", "removed", "value")

    def __init__(self) -> None:
        self.value: dict[str, Node] = {}
        self.problems: list[Problem] = []
        self.removed: dict[Path, Node] = {}

    def over(self, upper: Mapping[str, Node]) -> Overlay:
        """Return a new overlay with a layer more; nothing that exists is changed."""
        result = Overlay()
        result.problems += self.problems
        result.removed |= self.removed
        result.value = result.merge(self.value, upper, ())
        return result

    def merge(self, lower: Mapping[str, Node], upper: Mapping[str, Node], path: Path) -> dict[str, Node]:
        """Return `upper` merged over `lower`, two mappings at `path`."""
        merged = dict(lower)
        for key, node in upper.items():
            below = merged.get(key)
            if below is None:
                self._check_fresh(node, (*path, key))
                merged[key] = node
            elif node.value is None:
                self.removed[*path, key] = node
                del merged[key]
            else:
                merged[key] = self._replace(below, node, (*path, key))
        return merged

    def _replace(self, below: Node, node: Node, path: Path) -> Node:
        inherited, value = below.value, node.value
        if node.operator == APPEND and isinstance(value, list):
            if isinstance(inherited, list):
                self._check_items(value, path)
                return node.copy([*inherited, *value], overrides=below)
            message = f"{path[-1]}+ appends to a list, but what is inherited at {below.place} is none"
            self._report(node, path, message, hint=f"write {path[-1]}: to replace it")
        elif isinstance(value, dict) and isinstance(inherited, dict) and node.operator != REPLACE:
            return node.copy(self.merge(inherited, value, path))
        else:
            self._check_below(node, path)
        return node.copy(value, overrides=below)

    def _check_fresh(self, node: Node, path: Path) -> None:
        """Refuse what only makes sense over something inherited, where nothing is.

        A section at the top is the exception: `budget: null` says that there is none, whatever a class would add.
        """
        if node.value is None and len(path) == 1:
            return
        if node.value is None:
            message = "removes what is not there: nothing is inherited here"
            self._report(node, path, message, hint="give a value, or leave the key out")
        elif node.operator == APPEND:
            message = f"{path[-1]}+ appends to a list, but none is inherited"
            self._report(node, path, message, hint=f"write {path[-1]}: to set it")
        self._check_below(node, path)

    def _check_below(self, node: Node, path: Path) -> None:
        if isinstance(node.value, dict):
            for key, child in node.value.items():
                self._check_fresh(child, (*path, key))
        elif isinstance(node.value, list):
            self._check_items(node.value, path)

    def _check_items(self, items: Sequence[Node], path: Path) -> None:
        for index, item in enumerate(items):
            if isinstance(item.value, (dict, list)):
                self._check_below(item, (*path, index))

    def _report(self, node: Node, path: Path, message: str, *, hint: str) -> None:
        self.problems.append(node.problem(dotted(path), message, hint=hint, rule="merge", at_key=True))
