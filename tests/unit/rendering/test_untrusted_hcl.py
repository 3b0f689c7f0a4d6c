"""What a part of a workspace may not say in Terraform, however it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.parts.framework.part import Templates
from generator.rendering.part_files import files_of_parts
from generator.rendering.untrusted_hcl import findings

if TYPE_CHECKING:
    from pathlib import Path


def _found(text: str, path: str = "main.tf") -> list[tuple[int, str]]:
    return list(findings(path, text))


@pytest.mark.parametrize(
    "text",
    [
        '/* resource "null_resource" "x" {\n} */\nresource "aws_sns_topic" "a" {}\n',
        "/* never closed\nprovider::x::y()",
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n',
        'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n',
        'locals {\n  a = "${join(",", [\n    "x",\n  ])}"\n}\n',
        'locals {\n  a = "never closed',
        'locals {\n  a = "${never.closed',
        'locals {\n  a = <<EOT\nresource "null_resource" "x" {\nEOT\n}\n',
        "locals {\n  a = <<EOT\nnever closed",
    ],
)
def test_what_only_looks_like_it_is_let_through(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('\nresource "null\\u005fresource" "x" {}\n', 2, "a label is written with an escape"),
        ('a = 1\n\nresource "null_resource" "x" {}\n', 3, "null_resource is of another provider"),
        ("locals {\n  a = provider::time::now()\n}\n", 2, "functions of providers"),
        ('locals {\n  a = "${\nfile("/etc/passwd")}"\n}\n', 3, "file() may read"),
    ],
)
def test_what_is_refused_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    assert any(number == line and reason in said for number, said in _found(text)), _found(text)


def test_json_is_not_taken_and_what_is_no_terraform_is_not_looked_at() -> None:
    assert [line for line, _ in _found("{}", "main.tf.json")] == [1]
    assert _found('resource "null_resource" "x" {}', "notes.md") == []


def test_the_tests_of_a_part_are_files_of_its_module(tmp_path: Path) -> None:
    for path in ("templates/main.tf.j2", "tests/site.tftest.hcl.j2"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("# nothing\n")
    found = files_of_parts([Templates("site", tmp_path, "parts/site", {})])
    assert sorted(found) == ["modules/site/main.tf.j2", "modules/site/tests/site.tftest.hcl.j2"]
