"""The tutorial of parts: every step does what it says; schema and reference of part.yaml are those of the code."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from own_parts import SPEC

from generator.model.documents.schema import schema_text
from generator.parts.own.catalog import judge_parts
from generator.parts.own.file.documents import PART_REFERENCE_FILE, PART_SCHEMA_FILE, part_reference, part_schema
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def steps(repository: Path, heading: str) -> Iterator[str]:
    """Yield the commands of a chapter of the tutorial."""
    chapter = (repository / "docs" / "parts.md").read_text().split(f"## {heading}", 1)[1].split("\n## ")[0]
    for block in re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL):
        yield from block.splitlines()


@pytest.fixture
def run(tmp_path: Path, call: Callable[..., Any]) -> Callable[[str], str]:
    """Run a line of the tutorial in a new workspace; what proves with terraform is run by the test of examples."""
    (tmp_path / "stacks" / "environments").mkdir(parents=True)
    (tmp_path / "stacks" / "environments" / "dev.yaml").write_text(SPEC)

    def line(text: str) -> str:
        if not text.startswith("tfstencil"):
            subprocess.run(["bash", "-c", text], cwd=tmp_path / "stacks", check=True)
            return ""
        result = call("-C", str(tmp_path / "stacks"), *shlex.split(text)[1:])
        assert result.returncode == 0, result.stdout + result.stderr
        return str(result.stdout)

    return line


@pytest.mark.thorough
def test_every_step_of_the_first_part_does_what_it_says(
    repository: Path, run: Callable[[str], str], tmp_path: Path, call: Callable[..., Any]
) -> None:
    said = {line: run(line) for line in steps(repository, "Your first part") if "part check" not in line}
    assert "retention_days: 7" in said["tfstencil explain dev site"]
    assert "modules_out/dev/site.tf:7" in said["tfstencil where modules_out/dev/site.tf:7"]
    spec = tmp_path / "stacks/environments/dev.yaml"
    spec.write_text(spec.read_text().replace("site: {}", "site: {retention_day: 7}"))
    answer = call("-C", str(tmp_path / "stacks"), "validate", "dev")
    assert answer.returncode == 1
    assert "environments/dev.yaml:10:8: site.retention_day: is not a key of the spec; did you mean retention_days?" in (
        answer.stdout + answer.stderr
    )


def test_every_step_with_parts_of_others_and_templates_does_what_it_says(
    repository: Path, run: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "shared").symlink_to(repository / "examples")
    for line in (*steps(repository, "Parts of others"), *steps(repository, "Templates of ours")):
        run(line)
    assert (tmp_path / "stacks/parts/alert-bot/part.yaml").is_file()
    assert (tmp_path / "stacks/templates/modules/logs/main.tf.j2").is_file()


def test_schema_and_reference_are_those_of_the_code(repository: Path) -> None:
    assert (repository / PART_SCHEMA_FILE).read_text() == schema_text(part_schema())
    assert (repository / PART_REFERENCE_FILE).read_text() == part_reference()


def test_the_example_parts_are_sound(repository: Path) -> None:
    catalog, problems = judge_parts(Workspace(repository / "examples"))
    assert problems == []
    assert [part.name for part in catalog.parts[-3:]] == ["alert_bot", "shared_files", "site"]
