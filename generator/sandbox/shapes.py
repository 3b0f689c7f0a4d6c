"""Checks a request against AWS's own description of the call, which botocore carries: types, enums, ranges."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import regex
from botocore.model import ListShape, MapShape, StringShape, StructureShape
from moto.core.exceptions import JsonRESTError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from botocore.model import Shape

_CONSTRAINT: Final = "failed to satisfy constraint: Member must"
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "boolean": bool,
    "double": (float, int),
    "float": (float, int),
    "integer": int,
    "list": list,
    "long": int,
    "map": dict,
    "string": str,
    "structure": dict,
}


class ValidationError(JsonRESTError):
    """AWS's answer to a request of the wrong shape."""

    code = 400

    def __init__(self, faults: list[str]) -> None:
        noun = "error" if len(faults) == 1 else "errors"
        super().__init__("ValidationException", f"{len(faults)} validation {noun} detected: {'; '.join(faults)}")


def check(shape: Shape, value: Any) -> None:  # noqa: ANN401  # JSON of a request
    """Refuse a request that is not of `shape`.

    Raises:
        ValidationError: with every fault, in the words of AWS.
    """
    found = list(faults(shape, value))
    if found:
        raise ValidationError(found)


def faults(shape: Shape, value: Any) -> Iterator[str]:  # noqa: ANN401  # the same
    """Say in the words of AWS what of a request is not of `shape`."""
    yield from _faults(shape, value, "")


def _faults(shape: Shape, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401  # JSON of a request
    fits: bool = isinstance(value, _TYPES.get(shape.type_name, object))
    if not fits:
        yield f"Value at '{path}' {_CONSTRAINT} be a {shape.type_name}"
    elif isinstance(shape, StructureShape):
        yield from _structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _size(shape, len(value), value, path, "length")
        for number, item in enumerate(value, start=1):
            yield from _faults(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        yield from _size(shape, len(value), value, path, "length")
        for what, part, items in (("keys", shape.key, value), ("value", shape.value, value.values())):
            yield from _entries(part, items, path, f"Map {what}")
    elif isinstance(shape, StringShape):
        yield from _text(shape, value, path)
    elif shape.type_name in {"double", "float", "integer", "long"}:
        yield from _size(shape, value, value, path, "value")


def _structure(shape: StructureShape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_member(path, name)}' {_CONSTRAINT} not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _faults(member, value[name], _member(path, name))


def _text(shape: StringShape, value: str, path: str) -> Iterator[str]:
    pattern = _pattern(shape.metadata.get("pattern", ""))
    if shape.enum and value not in shape.enum:
        yield f"Value '{value}' at '{path}' {_CONSTRAINT} satisfy enum value set: [{', '.join(shape.enum)}]"
    elif pattern and not pattern.fullmatch(value):
        yield f"Value '{value}' at '{path}' {_CONSTRAINT} satisfy regular expression pattern: {pattern.pattern}"
    else:
        yield from _size(shape, len(value), value, path, "length")


def _entries(shape: Shape, values: Iterable[Any], path: str, what: str) -> Iterator[str]:
    """Check the keys or the values of a map; of plain ones AWS tells in one breath what they must be."""
    for value in values:
        for fault in _faults(shape, value, f"{path}.value"):
            if isinstance(shape, StringShape):
                must = "Member must " + fault.partition(f"{_CONSTRAINT} ")[2]
                yield f"Value at '{path}' failed to satisfy constraint: {what} must satisfy constraint: [{must}]"
            else:
                yield fault


@functools.cache
def _pattern(text: str) -> regex.Pattern[str] | None:
    """Compile a pattern, which AWS writes for Java: with classes of Unicode, and signs beyond 16 bits as two."""
    beyond = text.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    return regex.compile(beyond, regex.DOTALL) if text else None


def _size(shape: Shape, size: int, value: Any, path: str, what: str) -> Iterator[str]:  # noqa: ANN401  # as above
    lowest, highest = shape.metadata.get("min"), shape.metadata.get("max")
    if lowest is not None and size < lowest:
        yield f"Value '{value}' at '{path}' {_CONSTRAINT} have {what} greater than or equal to {lowest}"
    if highest is not None and size > highest:
        yield f"Value '{value}' at '{path}' {_CONSTRAINT} have {what} less than or equal to {highest}"


def _member(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
