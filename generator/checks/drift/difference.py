"""One value that is not what it was or should be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.plans.planned import SENSITIVE, UNKNOWN
from generator.plans.sensitive import is_sensitive
from generator.plans.value_pairs import compared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

_TAGS: Final = ("tags", "tags_all")


@dataclass(frozen=True, slots=True)
class DriftedValue:
    """One value that is not what it was, or not what it should be.

    Attributes:
        address: of the resource, or `output.NAME`.
        action: `create`, `update`, `delete`, `replace`, `forget` or `move`.
        path: dotted; "" where the resource as a whole is concerned.
        before: the value that is recorded or applied; `(sensitive)` where it is to be hidden.
        after: the value that is found, or that the code asks for.
    """

    address: str
    action: str
    path: str = ""
    before: object = None
    after: object = None


def differences(change: ResourceChange) -> Iterator[DriftedValue]:
    """Yield what is not the same before and after; what is empty in one way or another is the same."""
    if change.before is None or change.after is None:
        yield DriftedValue(change.address, change.action)
        return
    if change.previous_address:
        yield DriftedValue(change.address, "move", "", change.previous_address, change.address)
    before, after = unfolded(change.before), unfolded(change.after)
    for leaf in compared(before, after, change.after_unknown):
        if _is_same(leaf.before, leaf.after) and not leaf.is_unknown:
            continue
        if leaf.path[0] == _TAGS[1] and _TAGS[0] in change.before:
            # The same once more, with what the provider adds.
            continue
        yield DriftedValue(
            change.address,
            change.action,
            ".".join(map(str, leaf.path)),
            SENSITIVE if is_sensitive(change.before_sensitive, leaf.path) else leaf.before,
            _shown(change, leaf.path, leaf.after, is_unknown=leaf.is_unknown),
        )


def unfolded(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a value in which texts that are JSON are what they say; order in a policy means nothing."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            found = json.loads(value)
        except ValueError:
            return value
        return _ordered(found) if isinstance(found, dict) and "Statement" in found else found
    if isinstance(value, dict):
        return {key: unfolded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unfolded(item) for item in value]
    return value


def _ordered(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        return {key: _ordered(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [_ordered(item) for item in value]
        if len(items) == 1 and isinstance(items[0], str):
            return items[0]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401  # any JSON value
    # The provider writes nothing, false, 0 and "" for the same: at create one, at refresh another.
    return one == other or (not one and not other)


def _shown(change: ResourceChange, path: Path, value: object, *, is_unknown: bool) -> object:
    if is_sensitive(change.after_sensitive, path):
        return SENSITIVE
    return UNKNOWN if is_unknown else value
