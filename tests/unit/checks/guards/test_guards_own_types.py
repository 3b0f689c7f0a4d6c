"""What a workspace says of types of its own in `guards.yaml`: it adds to the tables, and takes nothing back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from guard_plans import ACCOUNT, allow, resource, same

from generator.checks.guards.classification.explanation import explained
from generator.checks.guards.classification.own import own_problems, own_rows
from generator.checks.guards.classification.table import table
from generator.checks.guards.judge import judge
from generator.checks.guards.settings import Settings, read_settings
from generator.errors import SpecError
from generator.language.reader import read_spec
from generator.parts.catalog import PARTS
from generator.plans.plan import parse_plan
from generator.terraform.provider_schema import attributes
from generator.terraform.provider_schema.attributes import KnownTypes, kept_types
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from generator.language.nodes import Node

FUNCTION = "aws_apprunner_service"
THERE = same("aws_iam_role.there", {"name": "there", "arn": f"arn:aws:iam::{ACCOUNT}:role/there"})
SAID = f"""\
{FUNCTION}:
  instance_configuration.instance_role_arn: access
  health_check_configuration.*: harmless
  network_configuration: protection
  source_configuration: data
aws_mine_store: {{holds: data, "*": harmless}}
aws_mine_job: {{"*": harmless}}
aws_cloudwatch_dashboard: {{dashboard_body: protection}}
"""


@pytest.fixture
def node(tmp_path: Path) -> Any:
    def read(text: str) -> Node:
        file = tmp_path / "guards.yaml"
        file.write_text(text)
        return read_spec(file, "guards.yaml")

    return read


@pytest.fixture
def reasons(node: Any) -> Any:
    """Judge resources by what is said of them; return kind and reason of each refusal."""
    own = table().extended(own_rows(node(SAID), "guards.yaml"))

    def judged(*resources: dict[str, Any]) -> list[tuple[str, str]]:
        plan = parse_plan({"resource_changes": [THERE, *resources]})
        return [(each.kind, each.reason) for each in judge(plan, Settings(table=own), account=ACCOUNT)]

    return judged


def service(**values: Any) -> dict[str, Any]:
    return {"id": "x", "arn": "arn:aws:apprunner:::x", **values}


def acting_as(role: str) -> dict[str, Any]:
    return {"instance_configuration": [{"instance_role_arn": role}]}


def test_what_is_harmless_or_data_changes_without_a_question(reasons: Any) -> None:
    one = service(health_check_configuration=[{"interval": 1}], source_configuration=[{"image": "a"}])
    other = service(health_check_configuration=[{"interval": 2}], source_configuration=[{"image": "b"}])
    assert reasons(resource(f"{FUNCTION}.x", one, other)) == []


def test_a_new_one_and_one_less_of_a_type_of_ones_own_ask_nothing(reasons: Any) -> None:
    assert reasons(resource("aws_mine_job.x", None, {"id": "x"})) == []
    assert reasons(resource("aws_mine_job.x", {"id": "x"}, None)) == []
    assert reasons(resource("aws_mine_job.x", {"id": "x"}, None), resource("aws_mine_job.y", None, {"id": "y"})) == []


def test_an_attribute_that_nobody_names_still_asks(reasons: Any) -> None:
    found = reasons(resource(f"{FUNCTION}.x", service(brand_new=1), service(brand_new=2)))
    assert [kind for kind, _ in found] == ["unclassified"]


def test_access_asks_with_every_change(reasons: Any) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/there"
    changed = resource(f"{FUNCTION}.x", service(**acting_as(role)), service(**acting_as(role + "2")))
    said = "changes what guards.yaml calls access: instance_configuration.instance_role_arn goes from"
    assert reasons(changed) == [("widen", f"{said} {role} to {role}2")]
    gone = resource(f"{FUNCTION}.x", service(**acting_as(role)), service())
    assert [kind for kind, _ in reasons(gone)] == ["widen"]
    unknown = resource(
        f"{FUNCTION}.x",
        service(**acting_as(role)),
        service(instance_configuration=[{}]),
        unknown={"instance_configuration": [{"instance_role_arn": True}]},
    )
    assert [kind for kind, _ in reasons(unknown)] == ["widen"]


def test_what_is_new_acts_as_whom_the_stack_knows(reasons: Any) -> None:
    def made(role: Any) -> list[str]:
        return [reason for _, reason in reasons(resource(f"{FUNCTION}.x", None, service(**acting_as(role))))]

    assert made(f"arn:aws:iam::{ACCOUNT}:role/there") == []
    assert made(3) == []
    assert "neither the stack nor the spec knows" in made(f"arn:aws:iam::{ACCOUNT}:role/admin")[0]


def test_protection_asks_with_every_change_and_with_the_deletion(reasons: Any) -> None:
    one = service(network_configuration=[{"is_public": False}])
    changed = resource(f"{FUNCTION}.x", one, service(network_configuration=[{"is_public": True}]))
    assert reasons(changed) == [
        (
            "unprotect",
            "changes what guards.yaml calls protection: network_configuration.is_public goes from false to true",
        )
    ]
    assert reasons(resource(f"{FUNCTION}.x", one, None)) == [
        ("unprotect", "is deleted, and with it goes what guards.yaml calls protection")
    ]
    assert reasons(same(f"{FUNCTION}.y", one), resource(f"{FUNCTION}.x", None, one)) == []


def test_another_order_of_blocks_asks_where_they_are_watched(reasons: Any) -> None:
    def turned(name: str) -> Any:
        one, other = [{"a": 1}, {"b": 2}], [{"b": 2}, {"a": 1}]
        return reasons(resource(f"{FUNCTION}.x", service(**{name: one}), service(**{name: other})))

    assert turned("source_configuration") == []
    assert [kind for kind, _ in turned("network_configuration")] == ["unclassified"]


def test_what_holds_data_is_not_deleted(reasons: Any) -> None:
    assert reasons(resource("aws_mine_store.x", {"id": "x"}, None)) == [
        ("delete", "holds what guards.yaml calls data; it would be deleted")
    ]


def test_more_is_asked_of_a_type_that_the_tables_know(reasons: Any) -> None:
    one, other = ({"dashboard_name": "x", "id": "x", "dashboard_body": body} for body in ("{}", "[]"))
    assert [kind for kind, _ in reasons(resource("aws_cloudwatch_dashboard.x", one, other))] == ["unprotect"]


def test_general_rules_and_policies_hold_whatever_is_harmless(reasons: Any) -> None:
    def changed(**values: Any) -> list[str]:
        after = {"id": "x", **values}
        return [kind for kind, _ in reasons(resource("aws_mine_job.x", {"id": "x", "encrypted": True}, after))]

    assert changed(encrypted=False) == ["unprotect"]
    text = json.dumps({"Statement": [allow("*", "*", Principal="*")]})
    assert changed(encrypted=True, anything=text) == ["widen"]
    later = resource("aws_mine_job.x", {"id": "x"}, {"id": "x"}, unknown={"policy": True})
    assert [kind for kind, _ in reasons(later)] == ["widen"]


def test_explain_shows_what_is_said(node: Any) -> None:
    found = explained(FUNCTION, table().extended(own_rows(node(SAID), "guards.yaml")))
    assert found.is_known
    assert any(each.path == "network_configuration" and "guards.yaml" in each.why for each in found.watched)
    assert any(each.path == "encrypted" for each in found.watched)


# What is wrong


PROVIDER = KnownTypes([])
PROVIDER._found = {FUNCTION: [], "aws_s3_bucket": []}
WRONG = {
    "{}": "1:1: types: must be a mapping, such as {aws_lambda_function: {role: access}}",
    "{Bucket: {a: data}}": "1:2: types.Bucket: is not a type of resource, such as aws_lambda_function",
    "{aws_apprunner_servce: {a: data}}": "1:2: types.aws_apprunner_servce: the AWS provider has no such type; did you mean aws_apprunner_service?",
    "{mine_thing: data}": "1:14: types.mine_thing: must say of attributes which they are: harmless, data, access or protection",
    "{mine_thing: {}}": "1:14: types.mine_thing: must say of attributes which they are",
    "{mine_thing: {a: harmles}}": "1:18: types.mine_thing.a: must be one of harmless, data, access or protection; did you mean harmless?",
    "{mine_thing: {a: 3}}": "1:18: types.mine_thing.a: must be one of",
    "{mine_thing: {a: [data]}}": "1:18: types.mine_thing.a: must be one of",
    "{mine_thing: {A-b: data}}": "1:15: types.mine_thing.A-b: is not an attribute, such as vpc_config.subnet_ids",
    "{mine_thing: {holds: harmless}}": "1:22: types.mine_thing.holds: must be data: of the resource itself no more can be said",
    "{aws_s3_bucket: {holds: data}}": "1:18: types.aws_s3_bucket.holds: it is known to hold objects; leave it out",
    "{aws_s3_bucket: {policy: harmless}}": "types.aws_s3_bucket.policy: tfstencil judges it already (compared by what it lets whom do); leave it out; --allow permits one refused change",
    "{mine_thing: {encrypted: harmless}}": "types.mine_thing.encrypted: tfstencil judges it already (true protects)",
    "{mine_thing: {tags: data}}": "types.mine_thing.tags: tfstencil judges it already (speaks of no protection)",
    '{aws_s3_bucket: {"*": harmless}}': "types.aws_s3_bucket.*: tfstencil knows this type: name the attributes",
}


@pytest.mark.parametrize(("text", "problem"), WRONG.items())
def test_what_is_wrong_is_told_with_its_place(text: str, problem: str, node: Any) -> None:
    (found,) = own_problems(node(text), table(), PROVIDER)
    assert problem in f"{found}", found


def test_all_that_is_wrong_is_told_at_once(node: Any) -> None:
    text = "mine_one: {a: x, b: z}\nMine: {a: data}\nmine_two: {tags: access, encrypted: data, holds: x}\n"
    # More may be asked of tags than the tables do.
    assert len(list(own_problems(node(text), table(), PROVIDER))) == 5


def test_an_attribute_is_one_of_the_providers(node: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PROVIDER, "attributes", lambda *_, **__: ["vpc.subnet_ids", "name", "arn"])

    def told(path: str) -> list[str]:
        return [f"{each}" for each in own_problems(node(f'{FUNCTION}: {{"{path}": access}}'), table(), PROVIDER)]

    assert told("vpc") == told("vpc.subnet_ids") == told("name") == told("anything.*") == []
    assert "has no such attribute; did you mean vpc.subnet_ids?" in told("vpc.subnets_ids")[0]


def test_without_a_kept_schema_no_type_is_called_wrong(node: Any) -> None:
    assert list(own_problems(node("{aws_never_heard: {a: data}}"), table(), KnownTypes([]))) == []


def test_settings_carry_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    (tmp_path / "environments").mkdir()
    (tmp_path / "guards.yaml").write_text("types:\n  mine_thing: {holds: data, a: access}\n")
    workspace = Workspace.find(tmp_path)
    found = read_settings(workspace).table
    assert found.holdings["mine_thing"] == "what guards.yaml calls data"
    assert found.rules_of("mine_thing", "a")[0].how == "access"
    (tmp_path / "guards.yaml").write_text("types: {mine_thing: {holds: x}}\nmax_deletions: x\n")
    with pytest.raises(SpecError) as caught:
        read_settings(workspace)
    assert len(caught.value.problems) == 2


# What parts say


def test_no_two_parts_speak_of_one_type() -> None:
    named = [kind for part in PARTS for kind in part.guards()]
    assert len(named) == len(set(named)) > 30
    assert all(table().is_known(kind) for kind in named)


# The provider's schema


def field(number: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([number << 3 | 2]) + length + content


def number(at: int) -> bytes:
    return bytes([at << 3, 1])


def test_the_attributes_of_a_type_are_read_from_its_schema(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = field(2, field(1, b"name") + field(2, b'"string"') + number(5))
    arn = field(2, field(1, b"arn") + field(2, b'"string"'))
    rules = field(2, field(1, b"rules") + field(2, b'["list",["object",{"port":"number"}]]') + number(4))
    kept_for = field(3, field(1, b"timeouts") + field(2, name))
    block = field(3, field(1, b"vpc") + field(2, name))
    schema = field(2, field(1, b"aws_x") + field(2, field(2, name + arn + rules + block + kept_for)))
    found = KnownTypes([schema, schema])
    assert list(found.types) == ["aws_x"]
    assert found.attributes("aws_x") == ["name", "rules.port", "vpc.name"]
    assert found.attributes("aws_x", settable=False) == ["name", "arn", "rules.port", "vpc.name"]
    assert found.attributes("aws_y") == []
    monkeypatch.setattr(attributes, "schemas_folder", lambda _: tmp_path / "none")
    assert not kept_types().types
    monkeypatch.setattr(attributes, "schemas_folder", lambda _: tmp_path)
    (tmp_path / "damaged").write_text("x")
    assert not kept_types().types
