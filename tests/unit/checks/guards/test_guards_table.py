"""Every attribute that a spec's resources can have is classified: compared with the provider's own schema."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from provider_schema import schema_of_provider

from generator.checks.guards.classification.table import table
from generator.terraform.provider_schema.attributes import KnownTypes

pytestmark = pytest.mark.terraform
REPOSITORY = Path(__file__).parents[4]
_RESOURCE = re.compile(r'^resource "(\w+)"', re.MULTILINE)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> KnownTypes:
    return KnownTypes([schema_of_provider(tmp_path_factory)])


# Types of other providers, and Terraform's own, are in no schema of AWS's.
OTHERS = {kind for kind in table().rows if not kind.startswith("aws_")}


def test_every_type_that_we_render_is_in_the_table() -> None:
    texts = [file.read_text() for file in (REPOSITORY / "templates").rglob("*.j2")]
    rendered = {kind for text in texts for kind in _RESOURCE.findall(text)}
    assert len(rendered) > 50
    assert {kind for kind in rendered if kind not in table().rows or table().rows[kind].is_loose} == set()


def test_every_attribute_that_can_be_set_is_classified(schema: KnownTypes) -> None:
    tables = {kind: its for kind, its in table().rows.items() if kind not in OTHERS and not its.is_loose}
    assert [
        f"{kind}.{path}" for kind in tables for path in schema.attributes(kind) if not table().is_classified(kind, path)
    ] == []


def test_every_row_speaks_of_something(schema: KnownTypes) -> None:
    stale = []
    for kind, its in table().rows.items():
        if kind in OTHERS:
            continue
        all_of_it = schema.attributes(kind, settable=False)
        known = {".".join(path.split(".")[:end]) for path in all_of_it for end in range(1, 10)} | set(all_of_it)
        named = [*its.rules, *its.names, *its.several, *(each.partition(".")[0] for each in its.owners.values())]
        stale += [f"{kind}.{path}" for path in named if not any(fnmatchcase(one, path) for one in known)]
    assert stale == []


def test_owners_are_types_that_others_can_name() -> None:
    owners = {owner for its in table().rows.values() for owner in its.owners}
    known = {kind for kind, its in table().rows.items() if its.names}
    assert owners - known <= {"aws_lambda_function", "aws_cloudwatch_event_bus"}
