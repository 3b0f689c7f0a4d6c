"""A resource before and after, value by value, with blocks paired by their names where they have some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.guards.refusal import Path
    from generator.terraform.plan import ResourceChange

_NAMES: Final = ("id", "name", "sid", "Sid", "artifact_identifier", "source_identifier", "region_name")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that is no mapping and no list of mappings.

    Attributes:
        path: of the attribute, with positions in lists.
        before: what it is; None where it is nothing.
        after: what it will be; None where it will be nothing, or is not known yet.
        is_unknown: whether it is known only after the apply.
    """

    path: Path
    before: Any
    after: Any
    is_unknown: bool

    @property
    def name(self) -> str:
        """The last part of the path that is a name."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def dotted(self) -> str:
        """The path without positions: `logs_config.cloudwatch_logs.status`."""
        return ".".join(part for part in self.path if isinstance(part, str))


def leaves(change: ResourceChange) -> Iterator[Leaf]:
    """Yield every value of a resource that exists before and after."""
    yield from compared(change.before, change.after, change.after_unknown)


def compared(before: Any, after: Any, unknown: Any = False) -> Iterator[Leaf]:  # noqa: ANN401, FBT002  # any JSON value
    """Yield every value of two trees, each with its counterpart.

    Args:
        before: one tree.
        after: the other, without what is unknown.
        unknown: its shape, True where a value is unknown.
    """
    yield from _walk(before, after, unknown, ())


def _walk(before: Any, after: Any, unknown: Any, path: Path) -> Iterator[Leaf]:  # noqa: ANN401  # any JSON value
    if isinstance(before, dict) or isinstance(after, dict):
        mine, theirs = _mapping(before), _mapping(after)
        for key in dict.fromkeys([*mine, *theirs, *_mapping(unknown)]):
            yield from _walk(mine.get(key), theirs.get(key), _below(unknown, key), (*path, key))
    elif _has_blocks(before) or _has_blocks(after):
        yield from _blocks(_listed(before), _listed(after), unknown, path)
    else:
        yield Leaf(path, before, after, is_unknown=unknown is True)


def _blocks(before: list[Any], after: list[Any], unknown: Any, path: Path) -> Iterator[Leaf]:  # noqa: ANN401  # any JSON value
    mine, theirs = _keyed(before), _keyed(after)
    if not mine.keys() & theirs.keys():
        # No name stayed, so that by position is all there is to go by: a block may have been renamed.
        mine, theirs = dict(enumerate(enumerate(before))), dict(enumerate(enumerate(after)))
    for key in dict.fromkeys([*theirs, *mine]):
        place, one = mine.get(key, (0, None))
        if key in theirs:
            place, other = theirs[key]
            yield from _walk(one, other, _below(unknown, place), (*path, place))
        else:
            yield from _walk(one, None, unknown is True, (*path, place))


def _keyed(items: list[Any]) -> dict[Any, tuple[int, Any]]:
    for name in _NAMES:
        named = {
            item[name]: (place, item)
            for place, item in enumerate(items)
            if isinstance(item, dict) and isinstance(item.get(name), str)
        }
        if len(named) == len(items):
            return named
    return dict(enumerate(enumerate(items)))


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
