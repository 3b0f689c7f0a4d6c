"""How a part says that what exists of its types is taken over: its rows count as ours do, and every mistake is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from own_parts import MAIN, PART, workspace_with

from generator.adoption.importable import Importable
from generator.errors import SandboxError
from generator.operations.specs.adopt import _Search
from generator.parts.own.catalog import judge_parts, workspace_catalog
from generator.plans.plan import parse_plan
from generator.readback.clients import Clients
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.sandbox.control import SandboxInfo

TABLE = """\
imports:
  aws_dynamodb_table: {identifier: "@{name}", service: dynamodb, operation: describe_table, arguments: {TableName: "@{name}"}}
  aws_sns_platform_application: {because: AWS makes up its identifier}
"""
MODULE = f"""{MAIN}
resource "aws_dynamodb_table" "this" {{
  name = "x"
}}

resource "aws_sns_platform_application" "this" {{
  name = "x"
}}
"""
PLACE = {"account": "111122223333", "region": "us-east-1", "partition": "aws"}


def told(root: Path, imports: str) -> list[str]:
    workspace = workspace_with(root, PART + imports, files={"parts/alert-bot/templates/main.tf.j2": MODULE})
    return [str(problem) for problem in judge_parts(workspace)[1]]


def rows(root: Path, imports: str = TABLE) -> Any:
    assert told(root, imports) == []
    return workspace_catalog(Workspace(root)).imports


def test_its_rows_stand_beside_ours(tmp_path: Path) -> None:
    found = rows(tmp_path)
    assert found["aws_dynamodb_table"] == Importable("{name}", "dynamodb", "describe_table", {"TableName": "{name}"})
    assert found["aws_sns_platform_application"] == "AWS makes up its identifier"
    assert isinstance(found["aws_codebuild_project"], Importable)


@pytest.mark.slow
def test_one_that_exists_is_found_by_them(
    tmp_path: Path, sandbox: SandboxInfo, account: str, aws: Callable[..., Any]
) -> None:
    aws("dynamodb").create_table(
        TableName="id",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    clients = Clients("us-east-1", account, sandbox.endpoint)
    asks = {
        "plain": "operation: describe_table, arguments: {TableName: '@{name}'}",
        "holds": "operation: describe_table, arguments: {TableName: '@{name}'}, holds: Table.TableArn",
        "among": "operation: describe_table, arguments: {TableName: '@{name}'}, among: {items: Table.KeySchema, field: AttributeName, attribute: name}",
        "empty": "operation: describe_table, arguments: {TableName: '@{name}'}, holds: Table.TableArn.Deeper",
    }
    found = {}
    for name, ask in asks.items():
        row = rows(
            tmp_path / name, f"imports: {{aws_dynamodb_table: {{identifier: '@{{name}}', service: dynamodb, {ask}}}}}\n"
        )
        found[name] = [row["aws_dynamodb_table"].look(clients, PLACE | {"name": each}) for each in ("id", "other")]
    assert found == {"plain": ["id", None], "holds": ["id", None], "among": ["id", None], "empty": [None, None]}
    with pytest.raises(SandboxError, match="boto3 knows no operation get_nothing of dynamodb"):
        clients.ask("dynamodb", "get_nothing")
    with pytest.raises(SandboxError, match="boto3 knows no service dynamodbb"):
        clients.ask("dynamodbb", "get_nothing")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("aws_s3_bucket: {because: x}", "imports.aws_s3_bucket: tfstencil looks for it already"),
        ("aws_dynamodb_tabel: {because: x}", "has a aws_dynamodb_tabel; did you mean aws_dynamodb_table?"),
        ("aws_dynamodb_table: {}", "says no identifier, and no service, and no operation"),
        ("aws_dynamodb_table: {identifier: '@{name}'}", "says no service, and no operation"),
        (
            "aws_dynamodb_table: {because: x, service: dynamodb}",
            "imports.aws_dynamodb_table.service: counts never: because says",
        ),
        (
            "aws_dynamodb_table: {identifier: '@{name}', service: dynamodb, operation: delete_table}",
            "operation: must be an operation that only reads",
        ),
        (
            "aws_dynamodb_table: {identifier: '{name}', service: dynamodb, operation: describe_table}",
            "identifier: must be text with @{…}",
        ),
        (
            "aws_dynamodb_table: {identifier: '@{name', service: dynamodb, operation: describe_table}",
            "identifier: must be text with @{…}",
        ),
        (
            "aws_dynamodb_table: {identifier: '@{name}', service: a, operation: get_x, arguments: {A: '@{nmae}'}}",
            "names nmae, which the identifier does not have",
        ),
        (
            "aws_dynamodb_table: {identifier: '@{name}', service: a, operation: get_x, holds: A, among: {items: a, field: b, attribute: name}}",
            "imports.aws_dynamodb_table.among: is said beside holds",
        ),
        (
            "aws_dynamodb_table: {identifer: '@{name}'}",
            "imports.aws_dynamodb_table.identifer: is not a key of part.yaml; did you mean identifier?",
        ),
        ("google_x: {because: x}", "the key 'google_x' must be a type of resource"),
        ("aws_dynamodb_table: yes", "imports.aws_dynamodb_table: "),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, row: str, message: str) -> None:
    found = told(tmp_path, f"imports:\n  {row}\n")
    assert all(line.startswith("parts/alert-bot/part.yaml:") for line in found)
    assert any(message in line for line in found), found


def test_an_attribute_that_the_type_does_not_have_is_told_and_not_taken_for_absence() -> None:
    change = {
        "address": "module.bot.aws_dynamodb_table.this",
        "module_address": "module.bot",
        "mode": "managed",
        "type": "aws_dynamodb_table",
        "name": "this",
        "change": {"actions": ["create"], "before": None, "after": {"name": "shop"}, "after_unknown": {"arn": True}},
    }
    plan = parse_plan({"format_version": "1.2", "resource_changes": [change], "planned_values": {}})
    target: Any = SimpleNamespace(account="111122223333", region="us-east-1")
    row = Importable("{nmae}", "dynamodb", "describe_table", {"TableName": "{nmae}"})
    nobody = cast("Clients", None)
    found, absent, passed = _Search(target, plan, nobody, {"aws_dynamodb_table": row}).everything({})
    assert (found, absent) == ({}, [])
    assert passed == {"bot.aws_dynamodb_table.this": "what finds it names nmae, and it has no such attribute"}
