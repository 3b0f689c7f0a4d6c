"""Every argument that the provider's CodeBuild project has is set by the module, or stands in the docs with a reason."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment
from generator.terraform.tools.programs import find_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REPOSITORY = Path(__file__).parents[2]
# Nothing that one would set: the first is computed, the second comes of `tags`.
NO_ARGUMENTS = {"id", "tags_all"}
PROVIDER = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "5.100.0" }\n  }\n}\n'


def known(block: Mapping[str, Any], *within: str) -> Iterator[str]:
    """Yield the paths of all arguments of a block of the provider's schema."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("optional") or attribute.get("required"):
            yield ".".join((*within, name))
    for name, nested in block.get("block_types", {}).items():
        yield from known(nested["block"], *within, name)


def used(text: str) -> Iterator[str]:
    """Yield the paths of all arguments that a template of one resource sets, whatever its shape."""
    blocks: list[str] = []
    for line in map(str.strip, text.splitlines()):
        opened = re.fullmatch(r'(?:dynamic )?"?(\w+)"? \{', line)
        if opened:
            blocks.append(opened[1])
        elif line == "}":
            blocks.pop()
        elif (found := re.match(r"(\w+)\s+= ", line)) and found[1] != "for_each":
            yield ".".join((*(block for block in blocks if block != "content"), found[1]))


def documented() -> set[str]:
    section = (REPOSITORY / "docs/requirements.md").read_text(encoding="utf-8").split("that no spec reaches", 1)[1]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    assert all(reason.strip() for _, reason in rows)
    return {name for cell, _ in rows for name in re.findall(r"`([\w.]+)`", cell)}


@pytest.mark.terraform
def test_every_argument_of_a_project_is_set_or_left_out_for_a_reason(tmp_path: Path) -> None:
    tools, folder = find_tools(), tmp_path / "run"
    environment = child_environment({}, Mode.OFFLINE) | tools.variables(folder, throwaway_lock=True)
    (tmp_path / "versions.tf").write_text(PROVIDER)
    for words in (("init", "-input=false"), ("providers", "schema", "-json")):
        told = subprocess.run(
            [tools.binary.path, *words], cwd=tmp_path, env=environment, capture_output=True, check=True
        )
    (provider,) = json.loads(told.stdout)["provider_schemas"].values()
    arguments = set(known(provider["resource_schemas"]["aws_codebuild_project"]["block"])) - NO_ARGUMENTS

    template = (REPOSITORY / "templates/modules/builds/main.tf.j2").read_text(encoding="utf-8")
    resource = template.split('resource "aws_codebuild_project" "this" {', 1)[1].split("\n}\n", 1)[0]
    set_here = set(used(resource))
    assert set_here <= arguments
    assert documented() == arguments - set_here
