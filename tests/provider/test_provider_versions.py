"""Rendered text holds under all versions of the AWS provider that it admits: 5.100.0 as installed, 6.x as its bindings say."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from provider_schema import DATA, PROVIDER, RESOURCES, block_of, decoded, schema_of_provider, types_in

from generator.aws.provider_versions import SUPPORTED, TRIED, admits, is_possible
from provider.extract import EXTRACT, plain
from provider.rendered import Use, bodies, read, written

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).parents[2]
TEMPLATES = REPOSITORY / "templates"
WRITTEN = sorted(set(written(TEMPLATES)), key=str)
READ = sorted(set(read(TEMPLATES)), key=str)
# Fields of Schema.Attribute and Schema.Block of tfplugin5 that say: this is deprecated.
DEPRECATED_ATTRIBUTE, DEPRECATED_BLOCK = 9, 6
OPTIONAL = {4, 5}


@pytest.fixture(scope="module")
def six() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(EXTRACT.read_bytes()))
    return found


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], bytes]:
    """Return the block of each type, as the installed provider tells it."""
    message = schema_of_provider(tmp_path_factory)
    kinds = {"resource": RESOURCES, "data": DATA}
    found = {(kind, name): block_of(its) for kind, at in kinds.items() for name, its in types_in(message, at).items()}
    return found | {("provider", ""): block_of(decoded(message)[PROVIDER][0])}


def block_in_six(six: dict[str, Any], use: Use) -> str | None:
    return str(six["provider"]) if use.kind == "provider" else six[use.kind].get(use.type, {}).get("block")


def is_in_six(six: dict[str, Any], use: Use) -> bool:
    block = block_in_six(six, use)
    for name in use.path:
        if block is None or name not in six["blocks"][block]["arguments"]:
            return False
        block = six["blocks"][block]["arguments"][name]
    return True


def fault_in_five(five: Mapping[tuple[str, str], bytes], use: Use) -> str:
    """Say what is wrong with an argument or a block under the installed provider; "" for nothing."""
    block = five.get((use.kind, use.type))
    for index, name in enumerate(use.path):
        if block is None:
            return "does not exist"
        fields = decoded(block)
        attributes = {each[1][0].decode(): each for each in map(decoded, fields.get(2, []))}
        blocks = {each[1][0].decode(): each for each in map(decoded, fields.get(3, []))}
        if name in attributes:
            its = attributes[name]
            if DEPRECATED_ATTRIBUTE in its:
                return "is deprecated"
            # What stands deeper in an attribute is its value.
            return "" if OPTIONAL & its.keys() and index == len(use.path) - 1 else "cannot be set"
        if name not in blocks:
            return "does not exist"
        block = blocks[name][2][0]
        if DEPRECATED_BLOCK in decoded(block):
            return "is deprecated"
    return ""


def test_the_templates_are_read_whole() -> None:
    assert len(WRITTEN) > 400
    assert len(READ) > 30
    assert {use.kind for use in WRITTEN} == {"resource", "data", "provider"}


@pytest.mark.terraform
def test_what_templates_write_exists_and_is_not_deprecated_in_the_version_that_is_run(
    five: Mapping[tuple[str, str], bytes],
) -> None:
    assert {str(use): fault for use in WRITTEN if (fault := fault_in_five(five, use))} == {}


@pytest.mark.thorough
def test_what_templates_write_exists_in_version_6(six: dict[str, Any]) -> None:
    assert [str(use) for use in WRITTEN if not is_in_six(six, use)] == []


def test_what_version_6_requires_is_written(six: dict[str, Any]) -> None:
    missing = []
    for name, body, _ in bodies(TEMPLATES):
        for inner in body.blocks:
            kind, *labels = inner.name.split(".")
            if kind in {"resource", "data"} and labels[0].startswith("aws_"):
                here = inner.attributes.keys() | {
                    each.name.removeprefix("dynamic.").split(".")[0] for each in inner.blocks
                }
                required = six["blocks"][six[kind][labels[0]]["block"]]["required"]
                missing += [f"{name}: {labels[0]}.{each}" for each in required if each not in here]
    assert missing == []


def test_what_templates_read_exists_in_version_6(six: dict[str, Any]) -> None:
    assert [str(use) for use in READ if plain(use.path[0]) not in six[use.kind][use.type]["exports"]] == []


@pytest.mark.terraform
def test_what_templates_read_is_not_deprecated_in_the_version_that_is_run(
    five: Mapping[tuple[str, str], bytes],
) -> None:
    faults = {}
    for use in READ:
        attributes = {each[1][0].decode(): each for each in map(decoded, decoded(five[use.kind, use.type]).get(2, []))}
        if DEPRECATED_ATTRIBUTE in attributes.get(use.path[0], {}):
            faults[str(use)] = "is deprecated"
    assert faults == {}


def test_a_use_that_version_6_dropped_is_told(six: dict[str, Any]) -> None:
    assert not is_in_six(six, Use("resource", "aws_eip", ("vpc",), "x"))
    assert is_in_six(six, Use("resource", "aws_eip", ("domain",), "x"))
    assert not is_in_six(six, Use("resource", "aws_opsworks_stack", ("name",), "x"))
    assert six["source"]["provider"].startswith("6.")


@pytest.mark.terraform
def test_a_use_that_is_deprecated_is_told(five: Mapping[tuple[str, str], bytes]) -> None:
    assert fault_in_five(five, Use("resource", "aws_s3_bucket", ("acl",), "x")) == "is deprecated"
    assert fault_in_five(five, Use("resource", "aws_s3_bucket", ("no_such",), "x")) == "does not exist"
    assert fault_in_five(five, Use("resource", "aws_s3_bucket", ("arn",), "x")) == "cannot be set"


def test_every_module_asks_for_the_versions_under_which_all_was_compared() -> None:
    asked = {
        file.parent.name: re.findall(r'^\s*version\s*=\s*"([^"]+)"', file.read_text(), re.MULTILINE)
        for file in sorted((TEMPLATES / "modules").glob("*/versions.tf.j2"))
    }
    assert {name: found for name, found in asked.items() if found != [SUPPORTED]} == {}
    folders = {folder.name for folder in (TEMPLATES / "modules").iterdir() if folder.is_dir()}
    assert asked.keys() == folders


def test_the_supported_versions_hold_the_one_that_is_run_and_the_one_of_the_bindings(six: dict[str, Any]) -> None:
    for text in (TRIED, six["source"]["provider"]):
        major, minor, patch = map(int, text.split("."))
        assert admits(SUPPORTED, (major, minor, patch))
    assert is_possible(f"= {TRIED}")
