"""Every attribute of a type that a configuration may set, as the provider's schema has it, and its value in a resource."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = dict[str, Any]


@dataclass(frozen=True)
class Attribute:
    """One attribute.

    Attributes:
        blocks: names of the blocks around it, from the outermost.
        name: its own.
        type: as the schema writes it: `string`, `["set", "string"]` …
        may_be_nothing: whether a plan can have nothing there; AWS fills in what is computed.
    """

    blocks: tuple[str, ...]
    name: str
    type: Any
    may_be_nothing: bool = True

    @property
    def dotted(self) -> str:
        """Its path without positions: `rule.expiration.days`."""
        return ".".join((*self.blocks, self.name))

    @property
    def kind(self) -> str:
        """`string`, `number`, `bool`, `list`, `set`, `map` or `object`."""
        return self.type if isinstance(self.type, str) else str(self.type[0])

    def value(self, values: Mapping[str, Any]) -> Any:  # any JSON value
        """Return its value, in the first of each of its blocks; None where there is none."""
        at: Any = values
        for block in self.blocks:
            at = _first(at.get(block)) if isinstance(at, dict) else None
        return at.get(self.name) if isinstance(at, dict) else None

    def with_value(self, values: Document, value: Any) -> Document:  # any JSON value
        """Return `values` with another value here; blocks that are not there come along."""
        result = copy.deepcopy(values)
        at = result
        for block in self.blocks:
            if isinstance(at.get(block), dict):
                at = at[block]
                continue
            if not at.get(block):
                at[block] = [{}]
            at = at[block][0]
        at[self.name] = value
        return result

    def unknown(self, values: Mapping[str, Any]) -> tuple[Document, Document]:
        """Return `values` without it, and the shape of what is unknown then."""
        result = self.with_value(dict(values), None)
        at: Any = result
        for block in self.blocks:
            at = at[block] if isinstance(at[block], dict) else at[block][0]
        del at[self.name]
        shape: Document = {self.name: True}
        for depth in range(len(self.blocks), 0, -1):
            shape = {self.blocks[depth - 1]: shape if _is_single(result, self.blocks[:depth]) else [shape]}
        return result, shape


def attributes(schema: Mapping[str, Any]) -> Iterator[Attribute]:
    """Yield the attributes of a type that a configuration may set."""
    yield from _attributes(schema["block"], ())


def _attributes(block: Mapping[str, Any], around: tuple[str, ...]) -> Iterator[Attribute]:
    for name, each in (block.get("attributes") or {}).items():
        if each.get("required") or each.get("optional"):
            nested = each.get("nested_type")
            if nested:
                yield from _attributes(nested, (*around, name))
            else:
                is_free = not (each.get("required") or each.get("computed"))
                yield Attribute(around, name, each["type"], is_free)
    for name, each in (block.get("block_types") or {}).items():
        # A deeper one repeats itself, as the statements of a web ACL do.
        if name not in around:
            yield from _attributes(each["block"], (*around, name))


def block_paths(schema: Mapping[str, Any]) -> list[tuple[tuple[str, ...], bool]]:
    """List the paths of all blocks of a type, and whether each may be left out."""
    return list(_blocks(schema["block"], ()))


def _blocks(block: Mapping[str, Any], around: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    for name, each in (block.get("block_types") or {}).items():
        if name not in around:
            yield (*around, name), not each.get("min_items")
            yield from _blocks(each["block"], (*around, name))


def _first(value: Any) -> Any:  # any JSON value
    return (value[0] if value else None) if isinstance(value, list) else value


def _is_single(values: Mapping[str, Any], blocks: tuple[str, ...]) -> bool:
    at: Any = values
    for block in blocks[:-1]:
        at = _first(at[block])
    return isinstance(at[blocks[-1]], dict)
