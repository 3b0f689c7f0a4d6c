"""The reference of a module in its README, in terraform-docs' format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from generator.parts.framework.stack import Stack
from generator.provenance.lines import trace
from generator.rendering.engine import TemplateEngine
from generator.rendering.module_reference import reference, with_reference
from generator.rendering.render import render_stack

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Shape:
    kms: bool


VARIABLES = """
variable "rules" {
  description = "Rules <by> name, \\"a|b\\"."
  default     = {}

  type = map(object({
    from = number
    kind = optional(string, "a|b")
  }))
}

variable "any_of" {}
"""
VERSIONS = """
terraform {
  required_version = ">= 1.10.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0.0"
    }
    time = {
      source = "hashicorp/time"
    }
  }
}
"""
MAIN = """
data "aws_region" "this" {}
resource "aws_sns_topic" "this" {}
resource "terraform_data" "this" {}
module "other" {
  source = "./other"
}
output "x" {
  description = <<-EOT
    two
    lines
  EOT
}
output "bad" {
  description = "\\q"
}
output "bare" {}
"""
WHOLE = """\
## Requirements

| Name | Version |
|------|---------|
| terraform | `>= 1.10.0` |
| aws | `>= 5.0.0` |
| time | n/a |

## Providers

| Name | Version |
|------|---------|
| aws | `>= 5.0.0` |
| terraform | n/a |

## Modules

| Name | Source |
|------|--------|
| other | `./other` |

## Resources

| Name | Type |
|------|------|
| [aws_sns_topic.this](https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic) | resource |
| terraform_data.this | resource |
| [aws_region.this](https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/region) | data source |

## Inputs

| Name | Description | Type | Default | Required |
|------|-------------|------|---------|----------|
| any_of | n/a | `any` | n/a | yes |
| rules | Rules \\<by\\> name, "a\\|b". | <pre>map(object({<br/>  from = number<br/>  kind = optional(string, "a&#124;b")<br/>}))</pre> | `{}` | no |

## Outputs

| Name | Description |
|------|-------------|
| bad | "\\\\q" |
| bare | n/a |
| x | \\<\\<-EOT two lines EOT |
"""


def test_each_section_says_what_the_files_declare() -> None:
    files = {"main.tf": MAIN, "variables.tf": VARIABLES, "versions.tf": VERSIONS, "notes.txt": "}"}
    assert reference(files) == WHOLE


def test_a_module_without_anything_says_so() -> None:
    titles = ("Requirements", "Providers", "Modules", "Resources", "Inputs", "Outputs")
    assert reference({}) == "\n".join(f"## {title}\n\nNo {title.lower()}.\n" for title in titles)


def test_a_module_that_asks_for_no_version_of_terraform_has_no_requirements() -> None:
    assert reference({"versions.tf": "terraform {}\n"}).startswith("## Requirements\n\nNo requirements.\n")


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_listed() -> None:
    shown = reference({"main.tf": 'resource "x" "y" {', "outputs.tf": 'output "z" {}'})
    assert shown.startswith("`main.tf` cannot be read, and what it declares is not listed: line 1: ")
    assert "| z | n/a |" in shown


@pytest.mark.parametrize(
    "readme", ["# x\n", "<!-- BEGIN_TF_DOCS -->\n", "<!-- END_TF_DOCS -->\n<!-- BEGIN_TF_DOCS -->\n"]
)
def test_a_readme_without_both_marks_stays_as_it_is(readme: str) -> None:
    assert with_reference(readme, {"main.tf": MAIN}) == readme


def test_what_stood_between_the_marks_is_replaced() -> None:
    readme = "a\n<!-- BEGIN_TF_DOCS -->\nold\n<!-- END_TF_DOCS -->\nb\n"
    written = with_reference(readme, {})
    assert "old" not in written
    assert written.startswith("a\n<!-- BEGIN_TF_DOCS -->\n## Requirements\n")
    assert written.endswith("No outputs.\n<!-- END_TF_DOCS -->\nb\n")


@pytest.mark.parametrize("end", ["<!-- END_TF_DOCS -->\n\nLast.\n", "Last.\n"], ids=["marks", "no mark at the end"])
def test_each_line_of_a_rendered_reference_comes_from_its_mark(tmp_path: Path, end: str) -> None:
    folder = tmp_path / "templates" / "modules" / "logs"
    folder.mkdir(parents=True)
    (folder / "README.md.j2").write_text(f"# x\n\n<!-- BEGIN_TF_DOCS -->\n{end}", "utf-8")
    (folder / "outputs.tf.j2").write_text('output "arn" {}\n', "utf-8")
    engine, stack = TemplateEngine([tmp_path / "templates"]), Stack("dev", {}, {"logs": Shape(kms=True)})
    path = "modules/logs/README.md"
    lines = render_stack(engine, stack)[path].splitlines()
    origins = trace(engine, stack, path)
    assert [each.line for each in origins] == list(range(1, len(lines) + 1))
    told = {line: each.template.line for line, each in zip(lines, origins, strict=True) if line}
    assert told["Last."] == (6 if "END" in end else 4)
    assert told.get("| arn | n/a |", 3) == 3
    assert ("| arn | n/a |" in told) == ("END" in end)
