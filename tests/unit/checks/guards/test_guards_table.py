"""Every attribute that a spec's resources can have is classified: compared with the provider's own schema."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from provider_schema import RESOURCES, block_of, decoded, schema_of_provider, types_in

from generator.checks.guards.classification.rows import is_classified, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.terraform
REPOSITORY = Path(__file__).parents[4]
_RESOURCE = re.compile(r'^resource "(\w+)"', re.MULTILINE)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return types_in(schema_of_provider(tmp_path_factory), RESOURCES)


def leaves(block: bytes, above: tuple[str, ...] = ()) -> Iterator[tuple[str, bool]]:
    """Yield the path of each attribute, and whether somebody can set it (Schema.Block of tfplugin5)."""
    its = decoded(block)
    for attribute in map(decoded, its.get(2, [])):
        path = (*above, attribute[1][0].decode())
        can_be_set = 4 in attribute or 5 in attribute
        for below in _inside(json.loads(attribute[2][0])):
            yield ".".join((*path, *below)), can_be_set
    for nested in map(decoded, its.get(3, [])):
        name = nested[1][0].decode()
        if name != "timeouts":
            yield from leaves(nested[2][0], (*above, name))


def _inside(kind: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(kind, list) and kind[0] == "object":
        for name, inner in kind[1].items():
            yield from ((name, *below) for below in _inside(inner))
    elif isinstance(kind, list) and len(kind) > 1 and isinstance(kind[1], list):
        yield from _inside(kind[1])
    else:
        yield ()


def paths(schema: dict[str, bytes], kind: str, *, settable: bool = True) -> list[str]:
    block = block_of(schema[kind])
    return [path for path, can_be_set in leaves(block) if can_be_set or not settable]


# Types of other providers, and Terraform's own, are in no schema of AWS's.
OTHERS = {kind for kind in rows() if not kind.startswith("aws_")}


def test_every_type_that_we_render_is_in_the_table() -> None:
    texts = [file.read_text() for file in (REPOSITORY / "templates").rglob("*.j2")]
    rendered = {kind for text in texts for kind in _RESOURCE.findall(text)}
    assert len(rendered) > 50
    assert {kind for kind in rendered if kind not in rows() or rows()[kind].is_loose} == set()


def test_every_attribute_that_can_be_set_is_classified(schema: dict[str, bytes]) -> None:
    tables = {kind: its for kind, its in rows().items() if kind not in OTHERS and not its.is_loose}
    assert [f"{kind}.{path}" for kind in tables for path in paths(schema, kind) if not is_classified(kind, path)] == []


def test_every_row_speaks_of_something(schema: dict[str, bytes]) -> None:
    stale = []
    for kind, its in rows().items():
        if kind in OTHERS:
            continue
        all_of_it = paths(schema, kind, settable=False)
        known = {".".join(path.split(".")[:end]) for path in all_of_it for end in range(1, 10)} | set(all_of_it)
        named = [*its.rules, *its.names, *its.several, *(each.partition(".")[0] for each in its.owners.values())]
        stale += [f"{kind}.{path}" for path in named if not any(fnmatchcase(one, path) for one in known)]
    assert stale == []


def test_owners_are_types_that_others_can_name() -> None:
    owners = {owner for its in rows().values() for owner in its.owners}
    known = {kind for kind, its in rows().items() if its.names}
    assert owners - known <= {"aws_lambda_function", "aws_cloudwatch_event_bus"}
