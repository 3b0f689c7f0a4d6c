"""From context paths back to the keys of the spec that they were derived from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.language.nodes import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generator.language.nodes import Node
    from generator.problems import Place

    Keys = tuple[str, ...]

ANY = "*"


@dataclass(frozen=True, slots=True)
class SpecOrigin:
    """A value of the spec.

    Attributes:
        key: its dotted key.
        place: where it stands; where it is not written at all, the mapping that could hold it.
        exact: whether it is written.
    """

    key: str
    place: Place
    exact: bool = True


def places_of(paths: Iterable[Keys], merged: Node, origins: Mapping[str, Sequence[str]]) -> list[SpecOrigin]:
    """Return where the spec says what the context paths hold.

    Args:
        paths: context paths; `*` stands for any key.
        merged: the environment's merged spec.
        origins: spec keys by context path; both dotted, `*` stands for any key, and is the same key on both sides.

    Returns:
        Each place once. Where none of the keys is written, the mappings nearest to them.
    """
    found: dict[str, SpecOrigin] = {}
    for path in paths:
        for key, rest in spec_keys(path, origins):
            for origin in _descend(merged, (*key, *rest), (), len(key)):
                found.setdefault(origin.key, origin)
    exact = [origin for origin in found.values() if origin.exact]
    return exact or list(found.values())


def together(places: Sequence[SpecOrigin], merged: Node) -> SpecOrigin | None:
    """Return the value that holds all of `places`; None where that is the whole spec."""
    paths = [place.key.split(".") for place in places]
    key = [names[0] for names in itertools.takewhile(lambda names: len(set(names)) == 1, zip(*paths, strict=False))]
    node = find(merged, key)
    return SpecOrigin(".".join(key), node.key_place) if key and node else None


def spec_keys(path: Keys, origins: Mapping[str, Sequence[str]]) -> list[tuple[Keys, Keys]]:
    """Return the spec keys that a context path was derived from, as the longest known part of the path tells.

    Each comes with what the path says beyond the known part, which may be a key below it; with nothing where there are
    several keys.
    """
    for length in range(len(path), 0, -1):
        known = [pattern for pattern in origins if fits(path[:length], pattern.split("."))]
        if known:
            best = min(known, key=lambda pattern: pattern.split(".").count(ANY))
            captured = [part for part, name in zip(path, best.split("."), strict=False) if name == ANY]
            keys = [_filled(key.split("."), captured) for key in origins[best]]
            return [(keys[0], path[length:])] if len(keys) == 1 else [(key, ()) for key in keys]
    return []


def fits(path: Sequence[str], pattern: Sequence[str]) -> bool:
    """Say whether two paths are the same, where `*` on either side stands for any one key."""
    return len(path) == len(pattern) and all(
        name in {ANY, part} or part == ANY for part, name in zip(path, pattern, strict=True)
    )


def _filled(key: Sequence[str], captured: Sequence[str]) -> Keys:
    names = iter(captured)
    return tuple(next(names, ANY) if part == ANY else part for part in key)


def _descend(node: Node, key: Keys, above: Keys, needed: int) -> Iterator[SpecOrigin]:
    if not key:
        yield SpecOrigin(".".join(above), node.place)
        return
    below = _children(node)
    names = list(below) if key[0] == ANY else [key[0]] if key[0] in below else []
    for name in names:
        yield from _descend(below[name], key[1:], (*above, name), needed)
    if not names and above:
        yield SpecOrigin(".".join(above), node.place, exact=len(above) >= needed)


def _children(node: Node) -> dict[str, Node]:
    if isinstance(node.value, dict):
        return node.value
    return {str(index): item for index, item in enumerate(node.value)} if isinstance(node.value, list) else {}
