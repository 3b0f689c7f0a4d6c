"""Which item of a list becomes which: by what names it, else by what is equal, else by what is most alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAMES: Final = (
    *("name", "Name", "sid", "Sid", "id", "Id", "ID", "rule_id", "artifact_identifier", "source_identifier"),
    *("alias", "region", "device_name", "key", "Key"),
)
_NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list before and after.

    Attributes:
        label: what it is called in a path; "" where there is only one.
        before: None where it joins.
        after: None where it leaves.
        place: its position, afterwards where it is there then.
    """

    label: str
    before: Any
    after: Any
    place: int


def is_blocks(value: object) -> bool:
    """Whether a value is a list of mappings."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def paired(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Item]:
    """Pair the mappings of two lists; in the order of `after`, then those that leave."""
    name = next((name for name in _NAMES if _names_all(name, before) and _names_all(name, after)), "")
    if name:
        old = {item[name]: place for place, item in enumerate(before)}
        for place, item in enumerate(after):
            key = item[name]
            yield Item(key, before[old[key]] if key in old else None, item, place)
        new = {item[name] for item in after}
        yield from (Item(key, before[place], None, place) for key, place in old.items() if key not in new)
    elif len(before) <= 1 and len(after) <= 1:
        yield Item("", before[0] if before else None, after[0] if after else None, 0)
    else:
        yield from _by_likeness(before, after)


def _names_all(name: str, items: Sequence[Any]) -> bool:
    names = [item.get(name) for item in items]
    return all(isinstance(each, str) and each for each in names) and len(set(names)) == len(names)


def _by_likeness(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Item]:
    left = dict(enumerate(before))
    partners: dict[int, int] = {}
    for place, item in enumerate(after):
        same = next((number for number, other in left.items() if other == item), _NOWHERE)
        if same != _NOWHERE:
            left.pop(same)
            partners[place] = same
    for place, item in enumerate(after):
        if place not in partners:
            best = max(left, key=lambda number: _likeness(left[number], item), default=_NOWHERE)
            if best != _NOWHERE and _likeness(left[best], item):
                left.pop(best)
                partners[place] = best
    for place, item in enumerate(after):
        yield Item(str(place), before[partners[place]] if place in partners else None, item, place)
    yield from (Item(str(place), item, None, place) for place, item in left.items())


def _likeness(one: Any, other: Any) -> int:  # noqa: ANN401  # any JSON value
    return sum(value not in (None, "", [], {}) and one.get(key) == value for key, value in other.items())
