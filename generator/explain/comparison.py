"""What differs between two environments, by meaning: `60m` equals `1h`, and the order of keys says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.language.nodes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.explain.explain import Explanation, KeyPath


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that is not the same on both sides.

    Attributes:
        path: keys from the root.
        left: the first environment's side; None where it has no such key.
        right: the second's.
        follows: whether both say the same and the values differ only because the environments' names, accounts or
            other keys do: a text with variables, a computed default.
    """

    path: KeyPath
    left: Explanation | None
    right: Explanation | None
    follows: bool = False

    @property
    def key(self) -> str:
        """The path as people write it."""
        return dotted(self.path)

    @property
    def section(self) -> str:
        """The top-level key that it belongs to."""
        return str(self.path[0])


def compare(left: Explanation, right: Explanation) -> list[Difference]:
    """Compare two explained environments.

    Lists are compared as a whole, and their order counts.

    Returns:
        The differences in the order of the model; of what only one side has, the topmost key.
    """
    return list(_differences(left, right))


def _differences(left: Explanation, right: Explanation) -> Iterator[Difference]:
    if not (isinstance(left.typed, dict) and isinstance(right.typed, dict)):
        if _meaning(left) != _meaning(right):
            yield Difference(left.path, left, right, _says_the_same(left, right))
        return
    mine = {str(child.path[-1]): child for child in left.children}
    theirs = {str(child.path[-1]): child for child in right.children}
    for key in dict.fromkeys([*mine, *theirs]):
        one, other = mine.get(key), theirs.get(key)
        if one is not None and other is not None:
            yield from _differences(one, other)
        elif any(each and _meaning(each) is not None for each in (one, other)):
            # A key that only one kind of environment has, and that is not set there, makes no difference.
            yield Difference((*left.path, key), one, other)


def _meaning(explanation: Explanation) -> object:
    """Return what decides: the model's value, or where it has none the value computed in its place."""
    return explanation.value if explanation.typed is None else explanation.typed


def _says_the_same(left: Explanation, right: Explanation) -> bool:
    if left.said is None or right.said is None:
        # Neither file says anything, so that both values are computed, by the same rule.
        return left.said is right.said
    return left.said.value == right.said.value
