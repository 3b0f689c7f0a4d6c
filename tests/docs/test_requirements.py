"""The table of requirements is true: its keys, resources and tests exist, and no cell is empty."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.model.documents.documentation import documentation

REPOSITORY = Path(__file__).parents[2]
TABLE = (REPOSITORY / "docs/requirements.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| [0-9]+ \|", line)
]
MODULES_OUT = REPOSITORY / "modules_out"
ENVIRONMENTS = sorted(path.name for path in MODULES_OUT.iterdir() if path.is_dir())


def test_the_table_has_every_requirement_and_no_empty_cell() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 24)]
    assert all(len(row) == 6 and all(row) for row in ROWS)


@pytest.mark.thorough
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_row_names_what_exists(row: list[str]) -> None:
    _, _, key, resources, plan, sandbox = row
    assert tuple(key.strip("`").split(".")) in documentation(), key
    code = "".join(path.read_text() for path in MODULES_OUT.rglob("*.tf"))
    for resource in re.findall(r"`(\w+)`", resources):
        assert f'resource "{resource}"' in code, resource
    for cell in (plan, sandbox):
        (file, name) = cell.strip("`").split("::")
        (test,) = (REPOSITORY / "tests").rglob(file)
        assert f"def {name}(" in test.read_text(), cell


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_complex_resources_are_explained_in_the_hcl(name: str) -> None:
    """Policies with conditions, dynamic blocks by features, and waits say why they are there."""
    for path in sorted((MODULES_OUT / name / "modules").rglob("*.tf")):
        text = path.read_text()
        if path.name not in {"variables.tf", "outputs.tf", "versions.tf"} and text.count("\n") > 60:
            comments = re.findall(r"^\s*#(?!checkov).*$", text.split("\n", 1)[1], re.MULTILINE)
            assert comments, path.relative_to(MODULES_OUT)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_variable_that_a_build_sees_stands_in_its_readme(name: str) -> None:
    builds = "".join(path.read_text() for path in (MODULES_OUT / name).glob("builds.tf"))
    guides = "".join(path.read_text() for path in (MODULES_OUT / name).glob("*.md"))
    for variable in re.findall(r'^ {10}name  = "(\w+)"$', builds, re.MULTILINE):
        assert f"`{variable}`" in guides, variable
