"""A value that a plan does not know yet: the worst, unless the rendered text says which resource it will name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from guard_plans import ACCOUNT, consents, refused, resource, same

from generator.checks.guards.rendered.expressions import Expressions
from generator.checks.guards.rendered.traversal import Target
from generator.plans.plan import parse_plan

if TYPE_CHECKING:
    from pathlib import Path

ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:"
TOPIC = 'resource "aws_sns_topic" "t" {\n  name = "t"\n}\n'


def topic(old: str = "old") -> dict[str, Any]:
    """Write a topic that is there, and whose ARN is known after the apply only."""
    there = {"name": old, "arn": f"{ARN}{old}", "id": f"{ARN}{old}"}
    return resource("aws_sns_topic.t", there, {"name": "t"}, unknown={"arn": True, "id": True})


def said(folder: Path, address: str, body: str, *change: Any) -> list[str]:
    """Judge the update of a resource whose text is known, beside a topic that has it known later."""
    kind, name = address.split(".")
    (folder / "main.tf").write_text(f'{TOPIC}resource "{kind}" "{name}" {{\n{body}\n}}\n')
    before, after, unknown = change
    updated = resource(address, before, after, unknown=unknown)
    found = consents(topic(), updated, surroundings={"configuration": folder})
    return [each for each in found if "aws_sns_topic" not in each]


@pytest.mark.parametrize(
    ("address", "name", "text", "before"),
    [
        ("aws_cloudtrail.x", "sns_topic_name", "aws_sns_topic.t.arn", "other"),
        ("aws_cloudwatch_composite_alarm.x", "alarm_actions", "[aws_sns_topic.t.arn]", [f"{ARN}old"]),
        ("aws_cloudwatch_metric_alarm.x", "metric_name", "aws_sns_topic.t.name", "old"),
        ("aws_codebuild_project.x", "service_role", "aws_sns_topic.t.arn", f"{ARN}old"),
        ("aws_iam_group_membership.x", "users", "[aws_sns_topic.t.name]", ["old"]),
        ("aws_lambda_permission.x", "source_arn", "aws_sns_topic.t.arn", f"{ARN}old"),
    ],
)
def test_what_names_a_resource_of_the_plan_is_as_good_as_known(
    tmp_path: Path, address: str, name: str, text: str, before: Any
) -> None:
    values = {"id": "x", "name": "x", name: before}
    after = {"id": "x", "name": "x"}
    assert said(tmp_path, address, f"{name} = {text}", values, after, {name: True}) == []
    half = text.replace("aws_sns_topic.t.", "var.").replace("[", "tolist(").replace("]", ")")
    assert said(tmp_path, address, f"{name} = {half}", values, after, {name: True})


def test_of_several_who_are_told_all_must_stay(tmp_path: Path) -> None:
    before = {"alarm_name": "x", "alarm_actions": [f"{ARN}old", f"{ARN}second"]}
    text = "alarm_actions = [aws_sns_topic.t.arn]"
    found = said(
        tmp_path,
        "aws_cloudwatch_composite_alarm.x",
        text,
        before,
        {"alarm_name": "x"},
        {"alarm_actions": True},
    )
    assert found == ["unprotect:aws_cloudwatch_composite_alarm.x"]


def test_a_key_that_is_not_known_is_one_of_the_plan_or_none(tmp_path: Path) -> None:
    def judged(text: str) -> list[str]:
        (tmp_path / "main.tf").write_text(
            f'resource "aws_kms_key" "k" {{\n}}\nresource "aws_sqs_queue" "q" {{\n  kms_master_key_id = {text}\n}}\n'
        )
        key = resource("aws_kms_key.k", None, {}, unknown={"arn": True})
        queue = resource("aws_sqs_queue.q", {"name": "q"}, {"name": "q"}, unknown={"kms_master_key_id": True})
        return consents(key, queue, surroundings={"configuration": tmp_path})

    assert judged("aws_kms_key.k.arn") == []
    assert judged("aws_sqs_queue.q.arn") == ["unprotect:aws_sqs_queue.q"]


def test_the_pattern_of_a_rule_that_is_not_known_passes_on_nobody_knows_what(tmp_path: Path) -> None:
    before = {"name": "x", "event_pattern": '{"source": ["aws.codebuild"]}'}
    text = "event_pattern = aws_sns_topic.t.name"
    found = said(tmp_path, "aws_cloudwatch_event_rule.x", text, before, {"name": "x"}, {"event_pattern": True})
    assert found == ["unprotect:aws_cloudwatch_event_rule.x"]


# Blocks


@pytest.mark.parametrize(
    ("body", "is_certain"),
    [
        pytest.param("target {\n  arn = aws_sns_topic.t.arn\n}", True, id="one block"),
        pytest.param('dynamic "target" {\n  for_each = [1]\n  content {\n    arn = aws_sns_topic.t.arn\n  }\n}', True, id="one dynamic block"),
        pytest.param('dynamic "target" {\n  for_each = length(aws_sns_topic.t.*.arn) > 0 ? [1] : []\n  iterator = it\n  content {\n    arn = aws_sns_topic.t.arn\n  }\n}', True, id="an iterator of its own"),
        pytest.param('dynamic "target" {\n  for_each = [1]\n  arn = aws_sns_topic.t.arn\n}', True, id="no content, which Terraform refuses"),
        pytest.param('dynamic "target" {\n  for_each = [1]\n  content {\n    arn = "${aws_sns_topic.t.arn}*"\n  }\n}', False, id="a part of a dynamic block"),
        pytest.param('target {\n  arn = "a"\n}\ndynamic "target" {\n  for_each = [1]\n  content {\n    arn = aws_sns_topic.t.arn\n  }\n}', False, id="which of both"),
        pytest.param("other {\n  arn = aws_sns_topic.t.arn\n}", False, id="another block"),
        pytest.param("", False, id="no block at all"),
        pytest.param("target = [{ arn = aws_sns_topic.t.arn }]", False, id="below an attribute"),
    ],
)  # fmt: skip
def test_a_value_in_a_block_is_found_where_the_block_is_certain(tmp_path: Path, body: str, is_certain: bool) -> None:  # noqa: FBT001
    before = {"name": "x", "target": [{"arn": f"{ARN}old"}]}
    found = said(
        tmp_path,
        "aws_scheduler_schedule.x",
        body,
        before,
        {"name": "x", "target": [{}]},
        {"target": [{"arn": True}]},
    )
    assert found == ([] if is_certain else ["widen:aws_scheduler_schedule.x"])


def test_a_block_that_is_not_known_at_all_stands_for_nothing(tmp_path: Path) -> None:
    before = {"name": "x", "service_role": f"{ARN}old"}
    body = "service_role {\n  arn = aws_sns_topic.t.arn\n}"
    found = said(tmp_path, "aws_codebuild_project.x", body, before, {"name": "x"}, {"service_role": True})
    assert found == ["widen:aws_codebuild_project.x"]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("aws_s3_bucket.n.id", True),
        ("aws_s3_bucket.many[each.key].id", True),
        ('aws_s3_bucket.many["c"].id', False),
        ("aws_sns_topic.t.id", False),
        ('"theirs"', False),
    ],
)
def test_the_owner_of_a_guardian_is_found_by_the_rendered_text(tmp_path: Path, text: str, is_found: bool) -> None:  # noqa: FBT001
    buckets = 'resource "aws_s3_bucket" "n" {}\nresource "aws_s3_bucket" "many" {\n  for_each = toset(["a", "b"])\n}\n'
    (tmp_path / "main.tf").write_text(
        f'{TOPIC}{buckets}resource "aws_s3_bucket_versioning" "v" {{\n  for_each = toset(["b"])\n  bucket = {text}\n}}\n'
    )
    new = resource("aws_s3_bucket.n", None, {}, unknown={"id": True})
    many = [resource(f'aws_s3_bucket.many["{key}"]', None, {}, unknown={"id": True}, index=key) for key in "ab"]
    on = {"versioning_configuration": [{"status": "Enabled"}]}
    guardian = resource('aws_s3_bucket_versioning.v["b"]', None, on, unknown={"bucket": True}, index="b")
    found = consents(topic(), new, *many, guardian, surroundings={"configuration": tmp_path})
    assert found == ([] if is_found else ['foreign:aws_s3_bucket_versioning.v["b"]'])


def test_a_resource_that_the_rendered_text_does_not_have_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TOPIC)
    change = resource(
        "aws_codebuild_project.x",
        {"name": "x", "service_role": f"{ARN}old"},
        {"name": "x"},
        unknown={"service_role": True},
    )
    assert consents(topic(), change, surroundings={"configuration": tmp_path}) == ["widen:aws_codebuild_project.x"]


DOCUMENT = """
resource "aws_sns_topic" "t" {
  name = "t"
}

data "aws_iam_policy_document" "d" {
  statement {
    sid = "One"
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["111122223333"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.t.arn]
    }
  }
  dynamic "statement" {
    for_each = ["x"]
    content {
      sid       = "Two"
      resources = [aws_sns_topic.t.arn]
      principals {
        type        = "AWS"
        identifiers = [aws_sns_topic.t.arn]
      }
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      not_principals {
        type        = "AWS"
        identifiers = [aws_sns_topic.t.arn]
      }
      not_principals {
        type        = "Service"
        identifiers = ["*"]
      }
    }
  }
}
"""
SOURCE = {"test": "ArnEquals", "variable": "aws:SourceArn"}


@pytest.mark.parametrize(
    ("statements", "path", "is_certain"),
    [
        pytest.param([{"sid": "One", "condition": [SOURCE]}], ("condition", 0, "values"), True, id="a condition by its test"),
        pytest.param([{"sid": "One", "condition": [SOURCE | {"test": "Null"}]}], ("condition", 0, "values"), False, id="no such condition"),
        pytest.param([{"sid": "One", "condition": [{"test": None}]}], ("condition", 0, "values"), False, id="a condition without names"),
        pytest.param([{"sid": "Two"}], ("resources",), True, id="a statement by its sid, wherever it stands"),
        pytest.param([{"sid": "Three"}], ("resources",), False, id="no such statement"),
        pytest.param([], ("resources",), False, id="a statement that the plan does not show"),
        pytest.param([{"sid": "Two", "principals": [{"type": "AWS"}]}], ("principals", 0, "identifiers"), False, id="which of two of one type"),
        pytest.param([{"sid": "Two", "not_principals": [{"type": "AWS"}]}], ("not_principals", 0, "identifiers"), False, id="one of a set without a name"),
        pytest.param([{"sid": "Two", "resources": [{}]}], ("resources", 0, "x"), False, id="below a list"),
    ],
)  # fmt: skip
def test_a_block_of_a_document_is_found_by_what_names_it(
    tmp_path: Path,
    statements: list[dict[str, Any]],
    path: tuple[str | int, ...],
    is_certain: bool,  # noqa: FBT001
) -> None:
    (tmp_path / "main.tf").write_text(DOCUMENT)
    data = resource("data.aws_iam_policy_document.d", None, {"statement": statements}, mode="data", actions=["read"])
    plan = parse_plan({"resource_changes": [data]})
    found = Expressions(plan, tmp_path).targets(plan.resources[0], ("statement", 0, *path))
    assert found == ([Target("", "aws_sns_topic", "t", None, "arn")] if is_certain else None)


# References of the plan's configuration, where the rendered text is not at hand


def test_a_reference_is_followed_through_eight_modules_and_no_more() -> None:
    def nested(depth: int) -> list[str]:
        inner: dict[str, Any] = {"outputs": {"b": {"expression": {"references": ["aws_s3_bucket.n.id"]}}}}
        for _ in range(depth):
            inner = {
                "module_calls": {"m": {"module": inner}},
                "outputs": {"b": {"expression": {"references": ["module.m.b", "module.m"]}}},
            }
        guardian = {
            "mode": "managed",
            "type": "aws_s3_bucket_versioning",
            "name": "v",
            "expressions": {"bucket": {"references": ["module.m.b", "module.m"]}},
        }
        root = {"resources": [guardian], "module_calls": {"m": {"module": inner}}}
        module = ".".join(["module.m"] * (depth + 1))
        bucket = resource(f"{module}.aws_s3_bucket.n", None, {}, unknown={"id": True})
        bucket |= {"module_address": module, "type": "aws_s3_bucket", "name": "n"}
        on = {"versioning_configuration": [{"status": "Enabled"}]}
        versioning = resource("aws_s3_bucket_versioning.v", None, on, unknown={"bucket": True})
        return consents(bucket, versioning, configuration={"root_module": root})

    assert nested(2) == []
    assert nested(9) == ["foreign:aws_s3_bucket_versioning.v"]


# What the first resource to say something of an owner is worth


BUCKET = same("aws_s3_bucket.b", {"id": "b", "bucket": "b", "arn": "arn:aws:s3:::b"})
GROUP = same("aws_cloudwatch_log_group.g", {"id": "g", "name": "g", "retention_in_days": 7})
SECRET = same("aws_secretsmanager_secret.s", {"id": "s", "name": "s", "arn": "s"})
KEY = same("aws_kms_key.k", {"id": "k", "key_id": "k", "arn": "k"})


@pytest.mark.parametrize(
    ("owner", "address", "values"),
    [
        (BUCKET, "aws_s3_bucket_versioning.v", {"bucket": "b", "versioning_configuration": [{"status": "Enabled", "mfa_delete": ""}]}),
        (BUCKET, "aws_s3_bucket_object_lock_configuration.l", {"bucket": "b", "rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 1}]}]}),
        (GROUP, "aws_cloudwatch_log_data_protection_policy.d", {"log_group_name": "g", "policy_document": "{}"}),
        (SECRET, "aws_secretsmanager_secret_policy.p", {"secret_arn": "s", "block_public_policy": False}),
    ],
)  # fmt: skip
def test_a_protection_that_comes_takes_nothing_away(owner: dict[str, Any], address: str, values: Any) -> None:
    assert refused(owner, resource(address, None, values)) == []


def test_a_grant_that_comes_is_one_refusal_for_whom_it_lets_in() -> None:
    values = {"key_id": "k", "grantee_principal": "arn:aws:iam::999988887777:role/x", "operations": ["Decrypt"]}
    (found,) = refused(KEY, resource("aws_kms_grant.g", None, values))
    assert (found.kind, found.path) == ("widen", ("grantee_principal",))


# What is no loss


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("aws_iam_group_membership", {"users": ["a", "b"]}, {"users": ["a"]}),
        ("aws_codebuild_project", {"resource_access_role": None}, {"resource_access_role": f"arn:aws:iam::{ACCOUNT}:role/there"}),
        ("aws_codebuild_project", {"resource_access_role": f"arn:aws:iam::{ACCOUNT}:role/a"}, {"resource_access_role": None}),
        ("aws_lambda_permission", {"source_arn": None}, {"source_arn": "arn:aws:s3:::b"}),
    ],
)  # fmt: skip
def test_what_becomes_narrower_is_not_refused(kind: str, before: Any, after: Any) -> None:
    assert refused(resource(f"{kind}.x", {"name": "x", **before}, {"name": "x", **after})) == []


@pytest.mark.parametrize(("before", "after"), [("20", "a lot"), ("a lot", "20")])
def test_an_amount_that_is_no_number_is_no_limit(before: str, after: str) -> None:
    change = resource(
        "aws_budgets_budget.x", {"name": "x", "limit_amount": before}, {"name": "x", "limit_amount": after}
    )
    assert consents(change) == ["unprotect:aws_budgets_budget.x"]


def test_a_list_that_names_what_is_made_anew_names_the_same() -> None:
    bucket = resource(
        "aws_s3_bucket.b",
        {"id": "old", "bucket": "old", "arn": "arn:aws:s3:::old"},
        {"bucket": "new"},
        unknown={"id": True, "arn": True},
        actions=["delete", "create"],
        replace_paths=[["bucket"]],
    )

    def budget(*values: str) -> dict[str, Any]:
        return {"name": "x", "cost_filter": [{"name": "TagKeyValue", "values": list(values)}]}

    moved = resource("aws_budgets_budget.x", budget("kept", "arn:aws:s3:::old"), budget("kept", "arn:aws:s3:::new"))
    assert consents(bucket, moved) == ["replace:aws_s3_bucket.b"]
    other = resource("aws_budgets_budget.x", budget("kept", "arn:aws:s3:::old"), budget("kept", "arn:aws:s3:::else"))
    assert consents(bucket, other) == ["replace:aws_s3_bucket.b", "unprotect:aws_budgets_budget.x"]


def test_rules_that_nobody_wrote_and_aws_fills_in_are_not_ours() -> None:
    values = {"id": "b", "bucket": "b", "lifecycle_rule": [{"enabled": True, "expiration": [{"days": 9}]}]}
    after = {"id": "b", "bucket": "b", "tags": {"a": "b"}}
    change = resource("aws_s3_bucket.b", values, after, unknown={"lifecycle_rule": True})
    assert "expire:aws_s3_bucket.b" in consents(change)
    written = {"mode": "managed", "type": "aws_s3_bucket", "name": "b", "expressions": {"bucket": {}}}
    assert refused(change, configuration={"root_module": {"resources": [written]}}) == []
