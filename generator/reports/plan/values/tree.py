"""One side of a resource as a tree: texts that are JSON are what they say, and what cannot be told is marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from generator.refusal import Path

_DEEPEST: Final = 12


@dataclass(frozen=True)
class Secret:
    """A value that Terraform marks as sensitive.

    Attributes:
        raw: for a comparison with another, and for nothing else.
    """

    raw: str


@dataclass(frozen=True, slots=True)
class Later:
    """A value that is known only after the apply.

    Attributes:
        path: of the attribute, with positions.
    """

    path: Path


def marked(value: Any, unknown: Any, sensitive: Any, path: Path = ()) -> Any:  # noqa: ANN401  # any JSON value
    """Return `value` with `Secret` and `Later` in their places.

    Args:
        value: as a plan has it.
        unknown: its shape, True where it is known only after the apply.
        sensitive: its shape, True where it is to be hidden.
        path: of the value.
    """
    if sensitive is True:
        return Secret(json.dumps([value, unknown], sort_keys=True, default=str))
    if unknown is True:
        return Later(path)
    if isinstance(value, dict) or isinstance(unknown, dict):
        held = value if isinstance(value, dict) else {}
        keys = dict.fromkeys([*held, *(key for key, item in _items(unknown) if item)])
        return {key: marked(held.get(key), _below(unknown, key), _below(sensitive, key), (*path, key)) for key in keys}
    if isinstance(value, list) or (isinstance(unknown, list) and unknown):
        held_list = value if isinstance(value, list) else []
        length = max(len(held_list), len(unknown) if isinstance(unknown, list) else 0)
        return [
            marked(
                held_list[place] if place < len(held_list) else None,
                _below(unknown, place),
                _below(sensitive, place),
                (*path, place),
            )
            for place in range(length)
        ]
    return structured(value)


def structured(value: Any, depth: int = 0) -> Any:  # noqa: ANN401  # any JSON value
    """Return what a text says that is a JSON object or list, with all such texts below it; anything else as it is."""
    if isinstance(value, str) and value[:1] in {"{", "["} and depth < _DEEPEST:
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return structured(found, depth + 1)
    if isinstance(value, dict):
        return {key: structured(item, depth) for key, item in value.items()}
    if isinstance(value, list):
        return [structured(item, depth) for item in value]
    return value


def holds(tree: object, kind: type) -> bool:
    """Whether a tree holds a mark of a kind."""
    if isinstance(tree, dict):
        return any(holds(item, kind) for item in tree.values())
    if isinstance(tree, list):
        return any(holds(item, kind) for item in tree)
    return isinstance(tree, kind)


def is_empty(tree: object) -> bool:
    """Whether a tree says nothing: providers write null, "" and an empty list for the same."""
    if isinstance(tree, dict):
        return all(is_empty(item) for item in tree.values())
    if isinstance(tree, list):
        return all(is_empty(item) for item in tree)
    return tree is None or tree == ""


def _items(tree: object) -> list[tuple[str, Any]]:
    return list(tree.items()) if isinstance(tree, dict) else []


def _below(tree: object, key: str | int) -> object:
    if isinstance(tree, dict):
        return tree.get(key, False)
    if isinstance(tree, list) and isinstance(key, int) and key < len(tree):
        return tree[key]
    return tree is True
