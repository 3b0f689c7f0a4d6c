"""A resource before and after, value by value, with blocks paired by their names where they have some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.plans.plan import AttributePath

_Blocks = dict[int, Any]
_Keyed = dict[Any, tuple[int, Any]]
_NAMES: Final = ("id", "name", "sid", "Sid", "artifact_identifier", "source_identifier", "region_name")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that is no mapping and no list of mappings.

    Attributes:
        path: of the attribute, with positions in lists.
        before: what it is; None where it is nothing.
        after: what it will be; None where it will be nothing, or is not known yet.
        is_unknown: whether it, or a part of it, is known only after the apply.
        is_of_gone_block: whether the block at the top that held it is gone as a whole.
        gone: dotted path of the outermost block that held it and is gone; "" where none is.
        come: dotted path of the outermost block that holds it and is new; "" where none is.
    """

    path: AttributePath
    before: Any
    after: Any
    is_unknown: bool
    is_of_gone_block: bool = False
    gone: str = ""
    come: str = ""

    @property
    def name(self) -> str:
        """The last part of the path that is a name."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def dotted(self) -> str:
        """The path without positions: `logs_config.cloudwatch_logs.status`."""
        return ".".join(part for part in self.path if isinstance(part, str))


def compared(before: Any, after: Any, unknown: Any = False) -> Iterator[Leaf]:  # noqa: ANN401, FBT002  # any JSON value
    """Yield every value of two trees, each with its counterpart.

    Args:
        before: one tree.
        after: the other, without what is unknown.
        unknown: its shape, True where a value is unknown.
    """
    yield from _walk(before, after, unknown, ())


def reordered(before: Any, after: Any, path: AttributePath = ()) -> Iterator[AttributePath]:  # noqa: ANN401  # any JSON value
    """Yield the path of each list of blocks that holds the same ones in another order: a plan sorts what is a set."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() & after.keys():
            yield from reordered(before[key], after[key], (*path, key))
    elif _has_blocks(before) and isinstance(after, list) and len(before) == len(after):
        if before != after and all(one in before for one in after) and all(one in after for one in before):
            yield path
            return
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from reordered(one, other, (*path, place))


def _walk(before: Any, after: Any, unknown: Any, path: AttributePath) -> Iterator[Leaf]:  # noqa: ANN401  # any JSON value
    if any(isinstance(each, dict) for each in (before, after, unknown)):
        mine, theirs = _mapping(before), _mapping(after)
        for key in dict.fromkeys([*mine, *theirs, *_mapping(unknown)]):
            yield from _walk(mine.get(key), theirs.get(key), _below(unknown, key), (*path, key))
    elif any(_has_blocks(each) for each in (before, after, unknown)):
        yield from _blocks(_listed(before), _listed(after), unknown, path)
    else:
        # A list of which one member is unknown is unknown: which member that is, nobody says.
        yield Leaf(path, before, after, is_unknown=unknown is True or (isinstance(unknown, list) and True in unknown))


def _blocks(before: list[Any], after: list[Any], unknown: Any, path: AttributePath) -> Iterator[Leaf]:  # noqa: ANN401  # any JSON value
    """Pair blocks: those that are equal first, for the order of a set means nothing; then by name, then by likeness."""
    old = dict(enumerate(before))
    new: dict[int, Any] = {}
    for place, other in enumerate(after):
        same = None if _holds_unknown(unknown, place) else next((key for key, one in old.items() if one == other), None)
        if same is None:
            new[place] = other
        else:
            yield from _walk(old.pop(same), other, unknown=False, path=(*path, place))
    mine, theirs = _keyed(old), _keyed(new)
    if not mine.keys() & theirs.keys():
        # No name stayed: a block may have been renamed, so that what is in it is all there is to go by.
        mine, theirs = _aligned(old, new)
    dotted = ".".join(part for part in path if isinstance(part, str))
    for key in dict.fromkeys([*theirs, *mine]):
        if key in theirs and key in mine:
            place, other = theirs[key]
            yield from _walk(mine[key][1], other, _below(unknown, place), (*path, place))
        elif key in theirs:
            place, other = theirs[key]
            leaves = _walk(None, other, _below(unknown, place), (*path, place))
            yield from (replace(leaf, come=dotted) for leaf in leaves)
        else:
            place, one = mine[key]
            for leaf in _walk(one, None, unknown is True, (*path, place)):
                yield replace(leaf, is_of_gone_block=len(path) == 1 and not leaf.is_unknown, gone=dotted)


def _aligned(old: _Blocks, new: _Blocks) -> tuple[_Keyed, _Keyed]:
    """Pair blocks without names: by position; where there are more or fewer than before, those that are most alike."""
    if len(old) == len(new):
        return dict(enumerate(old.items())), dict(enumerate(new.items()))
    likeness = sorted(
        ((_likeness(one, other), -place, -spot) for place, one in old.items() for spot, other in new.items()),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for _, place, spot in likeness:
        if -place not in pairs and -spot not in pairs.values():
            pairs[-place] = -spot
    mine: _Keyed = {(place, pairs.get(place)): (place, one) for place, one in old.items()}
    places = {spot: place for place, spot in pairs.items()}
    return mine, {(places.get(spot), spot): (spot, other) for spot, other in new.items()}


def _likeness(one: object, other: object) -> int:
    mine, theirs = _mapping(one), _mapping(other)
    return sum(mine[key] == theirs.get(key) for key in mine if mine[key])


def _holds_unknown(unknown: object, place: int) -> bool:
    below = _below(unknown, place)
    return below is True or (isinstance(below, dict | list) and bool(below))


def _keyed(items: _Blocks) -> _Keyed:
    for name in _NAMES:
        named = {
            item[name]: (place, item)
            for place, item in items.items()
            if isinstance(item, dict) and isinstance(item.get(name), str)
        }
        if len(named) == len(items):
            return named
    return {}


def _has_blocks(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _below(unknown: object, key: str | int) -> object:
    if isinstance(unknown, dict):
        return unknown.get(key, False)
    if isinstance(unknown, list) and isinstance(key, int) and key < len(unknown):
        return unknown[key]
    return unknown is True
