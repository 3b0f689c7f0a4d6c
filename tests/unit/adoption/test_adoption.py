"""What exists: each type that we render is looked for, or it is said why not; an identifier leads back to it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from generator.adoption.answer import LARGEST, answer_of, read_document
from generator.adoption.importable import Importable
from generator.adoption.table import SHARED
from generator.errors import UsageError
from generator.parts.catalog import OURS

if TYPE_CHECKING:
    from pathlib import Path

TABLE = {kind: row for kind, row in OURS.imports.items() if isinstance(row, Importable)}
PLACE = {"account": "111122223333", "region": "eu-west-1", "partition": "aws"}


class Everything:
    """Answers that there is one, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def ask(self, _service: str, _operation: str, **arguments: Any) -> dict[str, Any]:
        self.asked.append(arguments)
        return {}


def rendered_by(repository: Path) -> dict[str, set[str]]:
    """Return by type of resource the modules whose templates have it."""
    modules: dict[str, set[str]] = {}
    for path in (repository / "templates" / "modules").rglob("*.tf.j2"):
        for kind in re.findall(r'^resource "(\w+)"', path.read_text(), re.MULTILINE):
            modules.setdefault(kind, set()).add(path.relative_to(repository / "templates" / "modules").parts[0])
    return modules


def test_every_type_that_we_render_is_looked_for_or_it_is_said_why_not(repository: Path) -> None:
    assert OURS.imports.keys() == rendered_by(repository).keys()


def test_a_part_has_the_rows_of_what_it_alone_renders_and_the_table_those_of_several(repository: Path) -> None:
    modules = rendered_by(repository)
    own = {part.name: set(part.derivation().modules) for part in OURS.parts}
    alone = {part: {kind for kind, found in modules.items() if found <= names} for part, names in own.items() if names}
    assert {part.name: set(part.imports()) for part in OURS.parts if part.imports()} == {
        part: kinds for part, kinds in alone.items() if kinds
    }
    assert SHARED.keys() == modules.keys() - set().union(*alone.values())


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_an_identifier_leads_back_to_what_it_names(kind: str) -> None:
    row = TABLE[kind]
    values = PLACE | {name: f"the-{name}" for name in row.needs if name not in PLACE}
    identifier = row.identifier.format_map(values)
    asked, again = Everything(), Everything()
    # The answer says nothing: it is enough that it was asked for.
    with suppress(KeyError):
        row._exists(asked, values)  # type: ignore[arg-type]  # it is asked as AWS is
    with suppress(KeyError):
        row.exists(again, identifier, PLACE)  # type: ignore[arg-type]  # as above
    assert asked.asked
    assert asked.asked == again.asked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("{", r":1:2 is not JSON"),
        ("\xff", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "no list of projects"),
        ('{"projects": []}', "holds no project"),
        ('{"projects": {}}', "no list of projects"),
        ('{"projects": [{"arn": "x"}]}', "no list of projects"),
        ('{"projects": [], "projectsNotFound": ["shop"]}', "knows no project shop"),
    ],
)
def test_a_file_that_is_no_answer_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "answer.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=message) as caught:
        answer_of(read_document(file), file)
    assert caught.value.hint


def test_a_file_that_is_huge_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    with pytest.raises(UsageError, match="is not a file"):
        read_document(file)
    file.write_text(" " * (LARGEST + 1))
    with pytest.raises(UsageError, match="larger than 8 MiB"):
        read_document(file)


def test_a_kept_answer_tells_of_projects_webhooks_and_roles_and_of_nothing_else(tmp_path: Path) -> None:
    project = {"name": "ci", "serviceRole": "arn:aws:iam::111122223333:role/x/ci-role", "webhook": {"url": "x"}}
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({"projects": [project]}))
    answer: Any = answer_of(read_document(file), file)
    assert TABLE["aws_codebuild_project"].look(answer, {"name": "ci"}) == "ci"
    assert TABLE["aws_codebuild_project"].look(answer, {"name": "other"}) is None
    assert TABLE["aws_codebuild_webhook"].look(answer, {"project_name": "ci"}) == "ci"
    assert TABLE["aws_iam_role"].look(answer, {"name": "ci-role"}) == "ci-role"
    assert TABLE["aws_iam_role"].look(answer, {"name": "other"}) is None
    assert TABLE["aws_s3_bucket"].look(answer, {"bucket": "b"}) is None
