"""Plan contracts: what they catch, what they say, and how they are brought up to date."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.checks.contracts.check import MISSING, Mismatch, check
from generator.checks.contracts.contract import Contract, contract_path, read_contract
from generator.checks.contracts.draft import draft
from generator.checks.contracts.write import rewritten
from generator.errors import SpecError
from generator.plans.plan import Plan, parse_plan
from generator.plans.planned import planned_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path

LOGS = "module.logs.aws_cloudwatch_log_group.this"
POLICY = "module.access.data.aws_iam_policy_document.builds"
READ = {"sid": "Read", "effect": None, "actions": ["s3:GetObject", "s3:GetObjectVersion"], "resources": ["arn:x"]}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "environments").mkdir()
    (tmp_path / "tests" / "plans").mkdir(parents=True)
    return Workspace.find(tmp_path)


def change(address: str, after: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    parts = address.split(".")
    mode = "data" if "data" in parts else "managed"
    return {
        "address": address,
        "mode": mode,
        "type": parts[-2],
        "name": parts[-1],
        "change": {"actions": ["read" if mode == "data" else "create"], "before": None, "after": after, **more},
    }


def plan(*changes: dict[str, Any], **outputs: Any) -> Plan:
    found = {
        name: {"actions": ["create"], "before": None, "after": value, "after_unknown": False}
        for name, value in outputs.items()
    }
    return parse_plan({"resource_changes": list(changes), "output_changes": found})


def contract(workspace: Workspace, text: str) -> Contract:
    contract_path(workspace, "dev").write_text(text, "utf-8")
    found = read_contract(workspace, "dev")
    assert found
    return found


def broken(workspace: Workspace, text: str, made: Plan) -> list[Mismatch]:
    return check(contract(workspace, text), planned_stack(made))


def said(mismatches: list[Mismatch]) -> list[tuple[str, str, Any, Any]]:
    return [(item.address, item.where, item.got, item.expected) for item in mismatches]


def test_an_attribute_that_is_not_named_may_have_any_value(workspace: Workspace) -> None:
    made = plan(change(LOGS, {"retention_in_days": 7, "name": "x"}))
    assert broken(workspace, f"values:\n  {LOGS}: {{retention_in_days: 7}}\n", made) == []


def test_a_wrong_value_is_told_with_its_place_in_the_contract(workspace: Workspace) -> None:
    (found,) = broken(
        workspace, f"values:\n  {LOGS}:\n    retention_in_days: 7\n", plan(change(LOGS, {"retention_in_days": 9}))
    )
    assert said([found]) == [(LOGS, "retention_in_days", 9, 7)]
    assert str(found.node.place) == "tests/plans/dev.yaml:3:24"


@pytest.mark.parametrize(
    ("expected", "actual", "path"),
    [
        ('"7"', 7, "a"),
        ("true", 1, "a"),
        ("1", True, "a"),
        ("[1]", [1, 2], "a"),
        ("[1, 3]", [1, 2], "a[1]"),
        ("{b: {c: 1}}", {"b": {"c": 2, "d": 3}}, "a.b.c"),
        ("[{b: 1}]", [{"c": 1}], "a[0].b"),
        ("null", 0, "a"),
        ("{b: 1}", '{"b": 2}', "a.b"),
    ],
    ids=[
        "text for number",
        "true for 1",
        "1 for true",
        "longer list",
        "item",
        "nested",
        "missing key",
        "null for 0",
        "json",
    ],
)
def test_what_is_not_equal_does_not_hold(expected: str, actual: Any, path: str, workspace: Workspace) -> None:
    found = broken(workspace, f"values:\n  x.aws_x.y: {{a: {expected}}}\n", plan(change("x.aws_x.y", {"a": actual})))
    assert [item.where for item in found] == [path]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("[{b: 1}]", [{"b": 1, "c": 2}]),
        ("{b: [1]}", '{"b": [1], "c": 2}'),
        ("{phases: {install: {x: '18'}}}", '"phases":\n  "install":\n    "x": "18"\n'),
        ("null", None),
        ("(known after apply)", ...),
    ],
    ids=["subset in a list", "json text", "yaml text", "null", "unknown"],
)
def test_what_is_equal_in_all_that_is_named_holds(expected: str, actual: Any, workspace: Workspace) -> None:
    unknown = {"after_unknown": {"a": True}} if actual is ... else {}
    made = plan(change("x.aws_x.y", {} if actual is ... else {"a": actual}, **unknown))
    assert broken(workspace, f"values:\n  x.aws_x.y: {{a: {expected}}}\n", made) == []


def test_a_resource_that_is_not_there_is_told(workspace: Workspace) -> None:
    assert said(broken(workspace, f"values:\n  {LOGS}: {{}}\n", plan())) == [(LOGS, "", MISSING, {})]


def test_counts_are_by_type_and_leave_out_what_is_only_read(workspace: Workspace) -> None:
    made = plan(change("a.aws_x.y", {}), change("b.aws_x.y", {}), change("data.aws_x.y", {}))
    assert said(broken(workspace, "counts: {aws_x: 2, aws_z: 0}\n", made)) == []
    assert said(broken(workspace, "counts: {aws_x: 3, aws_z: 1}\n", made)) == [("aws_x", "", 2, 3), ("aws_z", "", 0, 1)]


def test_outputs_are_compared_by_what_is_named(workspace: Workspace) -> None:
    made = plan(names={"main": "a", "extra": "b"}, bucket="c")
    assert broken(workspace, "outputs: {names: {main: a}}\n", made) == []
    assert said(broken(workspace, "outputs: {names: {main: x}, gone: d}\n", made)) == [
        ("names", "main", "a", "x"),
        ("gone", "", MISSING, "d"),
    ]


@pytest.mark.parametrize(
    "unwanted", ["aws_webhook", "module.x", "module.x.aws_webhook.this"], ids=["type", "module", "address"]
)
def test_what_must_be_absent_is_told_when_it_is_there(unwanted: str, workspace: Workspace) -> None:
    (found,) = broken(workspace, f"absent: [{unwanted}]\n", plan(change("module.x.aws_webhook.this", {})))
    assert found.got == ["module.x.aws_webhook.this"]


def test_a_name_that_only_begins_alike_is_not_what_must_be_absent(workspace: Workspace) -> None:
    assert broken(workspace, "absent: [module.x]\n", plan(change("module.x2.aws_y.this", {}))) == []


def test_a_policy_with_one_statement_too_many_is_refused(workspace: Workspace) -> None:
    extra = {"sid": "All", "effect": "Allow", "actions": ["*"], "resources": ["*"]}
    made = plan(
        change(
            POLICY,
            {"statement": [READ, extra]},
        )
    )
    text = f"policies:\n  {POLICY}:\n    - {{sid: Read, actions: ['s3:GetObject', 's3:GetObjectVersion']}}\n"
    (found,) = broken(workspace, text, made)
    assert (found.where, found.got["actions"], found.expected) == ("All", ["*"], MISSING)


def test_an_action_too_many_is_refused(workspace: Workspace) -> None:
    text = f"policies:\n  {POLICY}:\n    - {{sid: Read, actions: ['s3:GetObject']}}\n"
    (found,) = broken(workspace, text, plan(change(POLICY, {"statement": [READ]})))
    assert (found.where, found.got) == ("Read.actions", ["s3:GetObject", "s3:GetObjectVersion"])


def test_the_order_of_actions_and_statements_does_not_matter(workspace: Workspace) -> None:
    other = {"sid": "Other", "effect": "Deny", "actions": ["b", "a"]}
    text = f"policies:\n  {POLICY}:\n    - {{sid: Other, effect: Deny, actions: [a, b]}}\n    - {{sid: Read, effect: Allow}}\n"
    assert broken(workspace, text, plan(change(POLICY, {"statement": [READ, other]}))) == []


def test_a_policy_in_json_and_in_a_document_are_the_same(workspace: Workspace) -> None:
    policy = {
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "x"},
            "Condition": {"Bool": {"k": "true"}},
        }
    }
    block = {
        "actions": ["sts:AssumeRole"],
        "principals": [{"type": "Service", "identifiers": ["x"]}],
        "condition": [{"test": "Bool", "variable": "k", "values": ["true"]}],
    }
    for address, values in (
        ("m.aws_iam_role.r", {"assume_role_policy": json.dumps(policy)}),
        ("data.aws_iam_policy_document.r", {"statement": [block]}),
    ):
        text = (
            f"policies:\n  {address}:\n    - effect: Allow\n      actions: ['sts:AssumeRole']\n"
            "      principals: {Service: [x]}\n      conditions: {Bool: {k: ['true']}}\n"
        )
        assert broken(workspace, text, plan(change(address, values))) == []


def test_a_sensitive_value_is_neither_shown_nor_drafted(workspace: Workspace) -> None:
    made = plan(change("m.aws_x.y", {"password": "hunter2"}, after_sensitive={"password": True}))
    assert "hunter2" not in draft("dev", planned_stack(made))
    (found,) = broken(workspace, "values:\n  m.aws_x.y: {password: other}\n", made)
    assert found.got == "(sensitive)"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("vals: {}\n", "1:1", "no section of a contract"),
        ("values: []\n", "1:9", "must be a mapping"),
        ("values: {a: 1}\n", "1:13", "must be a mapping of attributes"),
        ("counts: {a: many}\n", "1:13", "must be a number"),
        ("counts: {a: true}\n", "1:13", "must be a number"),
        ("absent: {}\n", "1:9", "must be a list of text"),
        ("policies: {a: {}}\n", "1:15", "must be a list of statements"),
        ("values: {a: {}, a: {}}\n", "1:17", "a"),
    ],
    ids=[
        "section",
        "list for mapping",
        "value",
        "word for number",
        "true for number",
        "mapping for list",
        "policy",
        "twice",
    ],
)
def test_a_wrong_contract_is_refused_with_its_place(text: str, place: str, message: str, workspace: Workspace) -> None:
    with pytest.raises(SpecError) as caught:
        contract(workspace, text)
    assert str(caught.value).startswith(f"tests/plans/dev.yaml:{place}: ")
    assert message in str(caught.value)


def full_plan(days: int = 7, action: str = "s3:GetObject") -> Plan:
    unknown = {"after_unknown": {"arn": True, "rule": [{"id": True}]}}
    return plan(
        change(
            LOGS,
            {"retention_in_days": days, "rule": [{"status": "on", "n": None}], "spec": "a: 1\nb: [x]\n"},
            **unknown,
        ),
        change('m.aws_x.this["main"]', {"tags": {"A": "1"}, "ratio": 0.5, "policy": json.dumps({"Statement": []})}),
        change(POLICY, {"statement": [READ | {"actions": [action]}]}),
        bucket="name",
    )


def test_a_draft_holds_and_says_nothing_of_what_is_open(workspace: Workspace) -> None:
    text = draft("dev", planned_stack(full_plan()))
    assert broken(workspace, text, full_plan()) == []
    assert "known after apply" not in text.split("policies:")[0]
    assert "ratio" not in text
    assert [item.where for item in broken(workspace, text, full_plan(days=9))] == ["retention_in_days"]


@pytest.mark.parametrize(
    "text",
    [
        '${file("/etc/hostname")} %{ if true }"\n}',
        "two lines\nof prose",
        "since: 2026-11-24\nby: me",
        "1: one\n2: two",
        "share: 0.5\nname: half",
        "account: 111122223333\nname: dev",
        "- a\n-",
        "a: [\n",
    ],
)
def test_a_draft_repeats_a_text_of_several_lines_where_it_can_say_nothing_of_its_parts(
    text: str, workspace: Workspace
) -> None:
    made = plan(change("x.aws_x.y", {"a": text}))
    written = draft("dev", planned_stack(made))
    assert broken(workspace, written, made) == []
    assert said(broken(workspace, written, plan(change("x.aws_x.y", {"a": f"{text} "})))) == [
        ("x.aws_x.y", "a", f"{text} ", text)
    ]


def test_an_update_changes_what_does_not_hold_and_nothing_else(workspace: Workspace) -> None:
    text = (
        "# why\n"
        "values:\n"
        f"  {LOGS}:\n"
        "    retention_in_days: 7  # a week\n"
        "\n"
        "  # gone with the webhook\n"
        "  m.aws_gone.this: {a: 1}\n"
        "  x.aws_x.y: {a: 1}\n"
        "counts: {aws_x: 1, aws_cloudwatch_log_group: 1}\n"
        "absent:\n"
        "  - aws_y\n"
        "  - aws_x\n"
        "policies:\n"
        f"  {POLICY}:\n"
        "    - {sid: Read, actions: ['s3:GetObject']}\n"
        "# end\n"
    )
    made = plan(
        change(LOGS, {"retention_in_days": 9}), change("x.aws_x.y", {"a": 1}), change(POLICY, {"statement": [READ]})
    )
    after = rewritten(contract(workspace, text), text, "dev", planned_stack(made))
    assert broken(workspace, after, made) == []
    kept = [line for line in text.splitlines() if line in after.splitlines()]
    assert "    retention_in_days: 9  # a week" in after.splitlines()
    assert [line for line in text.splitlines() if line not in kept] == [
        "    retention_in_days: 7  # a week",
        "  m.aws_gone.this: {a: 1}",
        "  - aws_y",
        "  - aws_x",
        "    - {sid: Read, actions: ['s3:GetObject']}",
    ]
    assert "# end" in after


def test_a_contract_that_holds_stays_byte_for_byte(workspace: Workspace) -> None:
    text = f"values:   {{ {LOGS}:  {{retention_in_days:   7}} }}\n"
    made = plan(change(LOGS, {"retention_in_days": 7}))
    assert rewritten(contract(workspace, text), text, "dev", planned_stack(made)) == text


@pytest.fixture
def shipped(repository: Path, tmp_path: Path) -> Path:
    """Copy the shipped specs and contracts into the folder that commands run in."""
    for folder in ("environments", "tests/plans"):
        (tmp_path / folder).mkdir(parents=True)
        for file in (repository / folder).glob("*.yaml"):
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.mark.terraform
@pytest.mark.slow
def test_a_contract_broken_on_purpose_fails_with_all_that_one_needs_to_know(
    shipped: Path, tfstencil: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    kept = tfstencil("test")
    assert kept.returncode == 0, kept.stdout + kept.stderr
    contracts = len(list((shipped / "tests" / "plans").iterdir()))
    assert f"{contracts} of {contracts} contracts kept" in kept.stdout
    base = shipped / "environments" / "_base.yaml"
    base.write_text(base.read_text().replace("retention_days: 7", "retention_days: 14"))
    ended = tfstencil("test", "dev", "staging")
    assert ended.returncode == 1
    report = ended.stdout.split("\n\n")[0]
    assert report.startswith("dev: module.logs.aws_cloudwatch_log_group.this\n")
    for fact in ("path      retention_in_days", "got       14", "expected  7"):
        assert fact in report
    assert "set at    environments/_base.yaml:33:19 (logs.retention_days)" in report
    assert "tfstencil test dev --update" in report
    data = json.loads(tfstencil("test", "dev", "--json").stdout)
    (mismatch,) = data["environments"][0]["mismatches"]
    assert (mismatch["got"], mismatch["expected"], mismatch["path"]) == (14, 7, ["retention_in_days"])
    assert mismatch["origins"] == [{"key": "logs.retention_days", "place": "environments/_base.yaml:33:19"}]
    updated = tfstencil("test", "dev", "--update")
    assert "-    retention_in_days: 7" in updated.stdout
    assert "+    retention_in_days: 14" in updated.stdout
    assert tfstencil("test", "dev").returncode == 0
    assert tfstencil("test", "staging").returncode == 1
    base.write_text(base.read_text().replace("Owner: platform-team", "Owner: somebody"))
    tags = json.loads(tfstencil("test", "dev", "--json").stdout)["environments"][0]["mismatches"]
    assert {tuple(mismatch["path"]) for mismatch in tags} == {("tags", "Owner")}
    owner = {"key": "tags.Owner", "place": "environments/_base.yaml:6:10"}
    assert [mismatch["origins"][0] for mismatch in tags] == [owner] * len(tags)


@pytest.mark.terraform
@pytest.mark.slow
def test_contracts_are_drafted_where_there_are_none(
    shipped: Path, tfstencil: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    for file in (shipped / "tests" / "plans").iterdir():
        file.unlink()
    refused = tfstencil("test", "dev")
    assert refused.returncode == 2
    assert "tfstencil test --update drafts them" in refused.stderr
    assert tfstencil("test", "dev", "--update").returncode == 0
    assert tfstencil("test", "dev").returncode == 0
