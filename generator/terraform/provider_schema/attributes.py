"""The types and attributes that a provider knows, read from the schemas that this machine keeps."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from generator.files import read_checksummed
from generator.terraform.provider_schema.cache import schemas_folder
from generator.terraform.provider_schema.selection import fields, resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Numbers of the fields of tfplugin5's Schema, Block, Attribute and NestedBlock.
# https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto
_BLOCK: Final = 2
_ATTRIBUTES: Final = 2
_NESTED: Final = 3
_NAME: Final = 1
_TYPE: Final = 2
_CONTENT: Final = 2
_SETTABLE: Final = (4, 5)
_TIMEOUTS: Final = "timeouts"

_Message = dict[int, list[Any]]


class KnownTypes:
    """What several schemas know together: an attribute of any of them counts.

    Args:
        messages: schemas, as the provider tells them.
    """

    def __init__(self, messages: Iterable[bytes]) -> None:
        self._found: dict[str, list[bytes]] = {}
        for message in messages:
            for name, schema in resources(message):
                self._found.setdefault(name, []).append(schema)

    @property
    def types(self) -> Mapping[str, object]:
        """The types of resources."""
        return self._found

    def attributes(self, kind: str, *, settable: bool = True) -> list[str]:
        """Return the paths of a type's attributes, without positions: `logs_config.cloudwatch_logs.status`.

        Args:
            kind: the type.
            settable: only those that a configuration can set.
        """
        found = (leaf for schema in self._found.get(kind, ()) for leaf in _leaves(_decoded(schema)[_BLOCK][0]))
        return list(dict.fromkeys(path for path, can_be_set in found if can_be_set or not settable))


def kept_types() -> KnownTypes:
    """Read the schemas that were kept when plans were printed; empty where none was yet."""
    folder = schemas_folder(os.environ)
    files = sorted(folder.iterdir()) if folder.is_dir() else ()
    return KnownTypes(message for file in files if (message := read_checksummed(file)))


def _decoded(message: bytes) -> _Message:
    found: _Message = {}
    for number, content, _ in fields(message):
        found.setdefault(number, []).append(content)
    return found


def _leaves(block: bytes, above: tuple[str, ...] = ()) -> Iterator[tuple[str, bool]]:
    """Yield the path of each attribute, and whether somebody can set it."""
    its = _decoded(block)
    for attribute in map(_decoded, its.get(_ATTRIBUTES, [])):
        path = (*above, attribute[_NAME][0].decode())
        can_be_set = any(number in attribute for number in _SETTABLE)
        for below in _inside(json.loads(attribute[_TYPE][0])):
            yield ".".join((*path, *below)), can_be_set
    for nested in map(_decoded, its.get(_NESTED, [])):
        name = nested[_NAME][0].decode()
        if name != _TIMEOUTS:
            yield from _leaves(nested[_CONTENT][0], (*above, name))


def _inside(kind: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401  # a type, as JSON
    if isinstance(kind, list) and kind[0] == "object":
        for name, inner in kind[1].items():
            yield from ((name, *below) for below in _inside(inner))
    elif isinstance(kind, list) and isinstance(kind[1], list):
        yield from _inside(kind[1])
    else:
        yield ()
