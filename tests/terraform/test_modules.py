"""The modules in every shape they can take: well-formed, documented, and clean for `terraform fmt`."""

from __future__ import annotations

import itertools
import re
import subprocess
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

import pytest
from allpairspy import AllPairs

from generator.parts.catalog import OURS
from generator.rendering.engine import TemplateEngine
from generator.rendering.module_reference import with_reference
from generator.rendering.render import module_jobs
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ALL_COMBINATIONS = 5
LONGEST = 120
RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)" \{', re.MULTILINE)
# Features that go together: a group's own tags with groups of their own, who may publish with a topic of the stack's own.
# The policies of a role with one of the stack's own.
POSSIBLE: dict[str, Callable[[Any], bool]] = {
    "logs": lambda shape: shape.several or not shape.tags,
    "pipeline": lambda shape: (
        shape.own_role
        or not (
            (shape.statements or shape.managed or shape.attached or shape.source_key or shape.deploy_key)
            or (shape.transforms or (shape.boundary and not (shape.codecommit or shape.bucket)))
        )
    ),
    "notifications": lambda shape: shape.topic or not (shape.kms or shape.alarms or shape.budgets or shape.accounts),
}
# Resources of which AWS keeps no tags: parts of others, links between them, and the dashboard.
UNTAGGABLE = {
    *("aws_cloudwatch_dashboard", "aws_cloudwatch_event_target", "aws_cloudwatch_log_data_protection_policy"),
    *("aws_codebuild_source_credential", "aws_codebuild_webhook", "aws_iam_role_policy", "aws_kms_alias"),
    "aws_iam_role_policy_attachment",
    *("aws_ecr_lifecycle_policy", "aws_ecr_repository_policy", "terraform_data"),
    *("aws_route", "aws_route_table_association", "aws_vpc_endpoint_route_table_association"),
    *("aws_lambda_permission", "aws_scheduler_schedule", "aws_sns_topic_policy", "aws_sns_topic_subscription"),
    *("aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging", "aws_s3_bucket_notification"),
    *("aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block"),
    *("aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning", "aws_sqs_queue_policy"),
}


def shape_of(module: str) -> type[Any]:
    return cast("type[Any]", OURS.modules[module].shape)


def every_shape() -> Iterator[tuple[str, object]]:
    """Yield all shapes of a module with few features, and all pairs of features of one with many."""
    for name in OURS.modules:
        kind = shape_of(name)
        can_be = POSSIBLE.get(name, lambda _: True)
        choices = [[False, True]] * len(fields(kind))
        for switches in AllPairs(choices) if len(choices) > ALL_COMBINATIONS else itertools.product(*choices):
            if can_be(shape := kind(*switches)):
                yield name, shape


def label(value: object) -> str:
    return value if isinstance(value, str) else ",".join(f.name for f in fields(value) if getattr(value, f.name)) or "-"  # type: ignore[arg-type]  # a dataclass


@pytest.fixture(scope="module")
def engine() -> TemplateEngine:
    return TemplateEngine([bundled_templates()])


def module_files(engine: TemplateEngine, name: str, shape: object) -> dict[str, str]:
    start = f"modules/{name}/"
    jobs = module_jobs(engine, name, shape)
    return {job.source.output.removeprefix(start): engine.render(job.source.name, job.context) for job in jobs}


SHAPES = list(every_shape())


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=label)
def test_a_module_is_complete_and_documents_what_it_takes_and_gives(
    engine: TemplateEngine, name: str, shape: object
) -> None:
    files = module_files(engine, name, shape)
    assert {"main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md"} <= set(files)
    assert f"tests/{name}.tftest.hcl" in files
    assert "`terraform test`" in files["README.md"]
    variables = re.findall(r'^variable "(\w+)" \{', files["variables.tf"], re.MULTILINE)
    outputs = re.findall(r'^output "(\w+)" \{', files["outputs.tf"], re.MULTILINE)
    assert variables == sorted(variables)
    assert outputs == sorted(outputs)
    readme = with_reference(files["README.md"], {path: text for path, text in files.items() if "/" not in path})
    sections = {title: text for title, _, text in (each.partition("\n") for each in readme.split("\n## ")[1:])}
    assert list(sections) == ["Requirements", "Providers", "Modules", "Resources", "Inputs", "Outputs"]
    assert re.findall(r"^\| (\w+) \|", sections["Inputs"], re.MULTILINE)[1:] == variables
    assert re.findall(r"^\| (\w+) \|", sections["Outputs"], re.MULTILINE)[1:] == outputs
    made = sorted(
        ".".join(pair) for path, text in files.items() for pair in RESOURCE.findall(text) if path.endswith(".tf")
    )
    assert re.findall(r"^\| \[?([\w.]+)\]?(?:\(\S+\))? \| resource \|", sections["Resources"], re.MULTILINE) == made


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=label)
def test_no_line_is_longer_than_a_reviewer_s_window(engine: TemplateEngine, name: str, shape: object) -> None:
    files = module_files(engine, name, shape)
    # Checkov reads an exception and its reason from one line.
    lines = [line for path, text in files.items() if path.endswith(".tf") for line in text.splitlines()]
    assert [line for line in lines if len(line) > LONGEST and not line.lstrip().startswith("#checkov:")] == []


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=label)
def test_every_variable_is_typed_described_and_used(engine: TemplateEngine, name: str, shape: object) -> None:
    files = module_files(engine, name, shape)
    code = "".join(text for path, text in files.items() if path.endswith(".tf") and path != "variables.tf")
    for block in re.split(r"\n(?=variable )", files["variables.tf"])[1:]:
        variable = block.split('"')[1]
        assert re.search(r'^  description = "[A-Z][^"]+\."$', block, re.MULTILINE), variable
        assert re.search(r"^  type +=", block, re.MULTILINE), variable
        assert "any" not in block.split("validation")[0].split(), variable
        assert f"var.{variable}" in code, f"{variable} is declared and not used"
    declared = set(re.findall(r'^variable "(\w+)"', files["variables.tf"], re.MULTILINE))
    assert set(re.findall(r"var\.(\w+)", code)) <= declared


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=label)
def test_every_output_is_described_and_no_resource_is_toggled(engine: TemplateEngine, name: str, shape: object) -> None:
    files = module_files(engine, name, shape)
    for block in files["outputs.tf"].split('output "')[1:]:
        assert re.search(r'^  description = "[A-Z][^"]+\."$', block, re.MULTILINE)
    code = "".join(text for path, text in files.items() if path.endswith(".tf"))
    assert not re.search(r"^\s+count\s*=", code, re.MULTILINE)
    assert not re.search(r"^provider ", code, re.MULTILINE)


@pytest.mark.parametrize(("name", "shape"), SHAPES, ids=label)
def test_every_resource_that_can_be_tagged_is_tagged(engine: TemplateEngine, name: str, shape: object) -> None:
    files = module_files(engine, name, shape)
    for block in re.split(r"\n(?=\S)", "\n".join(text for path, text in files.items() if path.endswith(".tf"))):
        kind = re.match(r'resource "(\w+)"', block)
        if kind and kind[1] not in UNTAGGABLE:
            assert re.search(r"^  tags = (?:var\.tags|merge\(var\.tags, .*\))$", block, re.MULTILINE), kind[1]


@pytest.mark.terraform
def test_every_shape_of_every_module_is_as_terraform_fmt_leaves_it(engine: TemplateEngine, tmp_path: Path) -> None:
    for number, (name, shape) in enumerate(SHAPES):
        folder = tmp_path / f"{name}-{number}"
        folder.mkdir()
        for path, text in module_files(engine, name, shape).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
    result = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-recursive", tmp_path], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
