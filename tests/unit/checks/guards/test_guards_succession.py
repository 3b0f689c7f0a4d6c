"""What goes on under another name, what stops, what acts as nobody knows whom, and what is in another order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from guard_plans import ACCOUNT, allow, consents, policy, refused, resource, same

from generator.checks.guards.judge import findings
from generator.checks.guards.settings import Settings
from generator.checks.guards.subject import Surroundings
from generator.plans.plan import parse_plan
from generator.plans.value_pairs import reordered

MOST = dict[str, Any]
PROJECT_ARN = f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p"
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:t"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/there"
PROJECT = same("aws_codebuild_project.p", {"name": "p", "id": PROJECT_ARN, "arn": PROJECT_ARN})
TOPIC = same("aws_sns_topic.t", {"arn": TOPIC_ARN, "id": TOPIC_ARN, "name": "t"})
RULE = same("aws_cloudwatch_event_rule.r", {"name": "r", "id": "r"})


def reasons(*resources: MOST, **more: Any) -> list[str]:
    return [each.reason for each in refused(*resources, **more)]


def renamed(kind: str, before: MOST, after: MOST) -> list[MOST]:
    """Return two resources of one block: one key of `for_each` goes, and another comes."""
    later = {key: value for key, value in after.items() if key not in {"id", "arn"}}
    return [resource(f'{kind}.x["a"]', before, None), resource(f'{kind}.x["b"]', None, later)]


# Guardians under another name


ALARM = {
    "alarm_name": "one",
    "id": "one",
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 1,
    "evaluation_periods": 1,
    "alarm_actions": [TOPIC_ARN],
    "metric_name": "FailedBuilds",
    "namespace": "AWS/CodeBuild",
    "dimensions": {"ProjectName": "p"},
    "actions_enabled": True,
}


def test_an_alarm_under_another_name_is_compared_with_what_it_was() -> None:
    def told(**values: Any) -> list[str]:
        return reasons(
            PROJECT, TOPIC, *renamed("aws_cloudwatch_metric_alarm", ALARM, ALARM | {"alarm_name": "two"} | values)
        )

    assert told() == []
    assert told(threshold=0) == []
    assert told(threshold=9) == ["loosens the alarm: threshold goes from 1 to 9"]
    assert told(metric_name="Duration") == ["is deleted, and project p stays without the alarm"]


def test_a_budget_under_another_name_is_the_same_budget() -> None:
    one = {"name": "one", "id": "one", "budget_type": "COST", "limit_amount": "10"}
    assert reasons(*renamed("aws_budgets_budget", one, one | {"name": "two"})) == []
    assert reasons(*renamed("aws_budgets_budget", one, one | {"name": "two", "limit_amount": "90"})) == [
        "loosens the limit on costs: limit_amount goes from 10 to 90"
    ]


def test_one_more_way_out_is_none_that_was_there() -> None:
    group = same("aws_cloudwatch_log_group.g", {"name": "g", "id": "g"})
    one = {"log_group_name": "g", "name": "one", "id": "one", "destination_arn": "arn:a", "filter_pattern": ""}
    found = consents(group, *renamed("aws_cloudwatch_log_subscription_filter", one, one | {"name": "two"}))
    assert [each.partition(":")[0] for each in found] == ["unprotect", "widen"]


# Owners under another name


BUILD = {
    "name": "one",
    "id": "one",
    "arn": "arn:one",
    "service_role": ROLE,
    "environment": [{"image": "aws/codebuild/standard:7.0", "privileged_mode": False}],
    "encryption_key": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k",
}
STAGES = [
    {"name": "Source", "action": [{"name": "a", "category": "Source", "owner": "AWS", "provider": "S3", "configuration": {}}]},
    {"name": "Gate", "action": [{"name": "ok", "category": "Approval", "owner": "AWS", "provider": "Manual"}]},
    {"name": "Live", "action": [{"name": "d", "category": "Deploy", "owner": "AWS", "provider": "S3", "configuration": {}}]},
]  # fmt: skip
PIPELINE = {"name": "one", "id": "one", "arn": "arn:one", "role_arn": ROLE, "stage": STAGES}


def test_a_build_under_another_name_loses_nothing_on_the_way() -> None:
    assert reasons(*renamed("aws_codebuild_project", BUILD, BUILD | {"name": "two"})) == []
    wider = BUILD | {"name": "two", "environment": [{"image": "aws/codebuild/standard:7.0", "privileged_mode": True}]}
    assert reasons(*renamed("aws_codebuild_project", BUILD, wider)) == [
        "loses the wall around its builds: environment.privileged_mode goes from false to true"
    ]


def test_a_pipeline_under_another_name_keeps_its_approval() -> None:
    assert reasons(*renamed("aws_codepipeline", PIPELINE, PIPELINE | {"name": "two"})) == []
    (found,) = reasons(
        *renamed("aws_codepipeline", PIPELINE, PIPELINE | {"name": "two", "stage": [STAGES[0], STAGES[2]]})
    )
    assert found.startswith("loses the approval before d")
    gone, come = renamed("aws_codepipeline", PIPELINE, PIPELINE | {"name": "two", "stage": [STAGES[0], STAGES[2]]})
    other_block = come | {"address": "aws_codepipeline.y", "name": "y"}
    assert len(reasons(gone, other_block)) == 1


def test_a_role_under_another_name_keeps_its_boundary_and_its_users() -> None:
    trust = policy(allow("sts:AssumeRole", Principal={"Service": "codebuild.amazonaws.com"}))["policy"]
    role = {"name": "one", "id": "one", "arn": f"arn:aws:iam::{ACCOUNT}:role/one", "assume_role_policy": trust}
    role |= {"permissions_boundary": f"arn:aws:iam::{ACCOUNT}:policy/b"}
    user = resource(
        "aws_codebuild_project.p",
        {"name": "p", "id": "p", "service_role": role["arn"]},
        {"name": "p", "id": "p", "service_role": f"arn:aws:iam::{ACCOUNT}:role/two"},
    )
    assert reasons(user, *renamed("aws_iam_role", role, role | {"name": "two"})) == []
    (found,) = reasons(user, *renamed("aws_iam_role", role, role | {"name": "two", "permissions_boundary": None}))
    assert found.startswith("changes the permissions boundary from")


def test_of_several_nobody_says_which_one_is_meant() -> None:
    third = resource('aws_codebuild_project.x["c"]', BUILD | {"name": "three", "id": "three", "arn": "arn:three"}, None)
    wider = BUILD | {"name": "two", "environment": [{"image": "aws/codebuild/standard:7.0", "privileged_mode": True}]}
    assert reasons(third, *renamed("aws_codebuild_project", BUILD, wider)) == []


# What stops


SCHEDULE = {
    "name": "s",
    "id": "g/s",
    "state": "ENABLED",
    "schedule_expression": "rate(1 day)",
    "target": [{"arn": PROJECT_ARN, "role_arn": ROLE}],
}
CALL = {"arn": "arn:aws:scheduler:::aws-sdk:codebuild:startBuild", "role_arn": ROLE, "input": '{"ProjectName": "p"}'}
GONE = resource("aws_codebuild_project.p", {"name": "p", "id": PROJECT_ARN, "arn": PROJECT_ARN}, None)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_scheduler_schedule", SCHEDULE),
        ("aws_scheduler_schedule", SCHEDULE | {"target": [CALL]}),
        ("aws_codebuild_webhook", {"project_name": "p", "id": "p"}),
        ("aws_cloudwatch_event_target", {"rule": "r", "target_id": "x", "id": "x", "arn": PROJECT_ARN}),
    ],
)
def test_what_starts_a_build_is_missed_while_the_build_stays(kind: str, values: MOST) -> None:
    gone = resource(f"{kind}.x", values, None)
    rule = resource("aws_cloudwatch_event_rule.r", {"name": "r", "id": "r"}, None)
    (found,) = refused(PROJECT, rule, gone)
    assert found.reason in {f"is deleted: it does not start {name} any more" for name in ("p", PROJECT_ARN)}
    assert consents(GONE, rule, gone) == []


def test_what_tells_somebody_starts_nothing() -> None:
    gone = resource("aws_cloudwatch_event_rule.x", {"name": "x", "id": "x"}, None)
    target = {"rule": "x", "target_id": "x", "id": "x", "arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g"}
    assert "any more" not in str(reasons(gone, resource("aws_cloudwatch_event_target.x", target, None)))


@pytest.mark.parametrize(("environment_class", "told"), [("prod", 0), ("dev", 1)])
def test_outside_of_prod_it_is_told(environment_class: str, told: int) -> None:
    plan = parse_plan({"resource_changes": [PROJECT, resource("aws_scheduler_schedule.x", SCHEDULE, None)]})
    found = findings(plan, Settings(), Surroundings(ACCOUNT, environment_class=environment_class))
    assert (len(found.refusals), len(found.told)) == (1 - told, told)


def test_a_build_that_goes_as_a_whole_is_told() -> None:
    found = findings(parse_plan({"resource_changes": [TOPIC, GONE]}), Settings(), Surroundings(ACCOUNT))
    assert [each.reason for each in found.told] == ["is deleted: it builds nothing any more"]


def test_a_schedule_may_start_more_often_and_not_less() -> None:
    def moved(before: str, after: str | None, kind: str = "aws_scheduler_schedule") -> list[str]:
        values = SCHEDULE if kind == "aws_scheduler_schedule" else {"name": "r", "id": "r"}
        one, other = (values | {"schedule_expression": each} for each in (before, after))
        return reasons(PROJECT, resource(f"{kind}.x", one, other))

    assert moved("rate(1 day)", "rate(12 hours)") == moved("cron(0 3 * * ? *)", "cron(0 5 * * ? *)") == []
    for later in ("rate(2 days)", "cron(0 3 30 2 ? *)", "at(2030-01-01T00:00:00)", "never"):
        (found,) = moved("rate(1 day)", later)
        assert found == f"starts nothing any more, or less: schedule_expression goes from rate(1 day) to {later}"
    rule = "aws_cloudwatch_event_rule"
    assert moved("rate(1 day)", "rate(1 hour)", rule) == []
    assert len(moved("rate(1 day)", "rate(3650 days)", rule)) == len(moved("rate(1 day)", None, rule)) == 1


# Roles that nobody knows yet


@pytest.mark.parametrize(
    ("kind", "values", "unknown"),
    [
        ("aws_cloudwatch_event_target", {"rule": "r", "target_id": "x", "arn": PROJECT_ARN}, {"role_arn": True}),
        ("aws_scheduler_schedule", SCHEDULE | {"target": [{"arn": PROJECT_ARN}]}, {"target": [{"role_arn": True}]}),
        ("aws_codebuild_project", {"name": "q"}, {"service_role": True}),
        ("aws_codepipeline", {"name": "q", "stage": []}, {"role_arn": True}),
        ("aws_lambda_function", {"function_name": "q"}, {"role": True}),
        ("aws_codebuild_project", {"name": "q"}, {"build_batch_config": True}),
    ],
)
def test_what_is_new_does_not_act_as_a_role_that_is_known_later(kind: str, values: MOST, unknown: MOST) -> None:
    found = reasons(PROJECT, RULE, resource(f"{kind}.x", None, values, unknown=unknown))
    assert any(each.startswith("acts as a role that is known only after apply (") for each in found), found


def test_an_attribute_that_names_an_owner_acts_as_nobody() -> None:
    new = resource(
        "aws_iam_role_policy.x", None, {"name": "x", **policy(allow("s3:GetObject"))}, unknown={"role": True}
    )
    assert "acts as" not in str(reasons(new))
    left = {"root_module": {"resources": [{"address": "aws_codebuild_project.x", "mode": "managed", "type": "aws_codebuild_project", "name": "x", "expressions": {}}]}}  # fmt: skip
    computed = resource("aws_codebuild_project.x", None, {"name": "q"}, unknown={"resource_access_role": True})
    assert reasons(computed, configuration=left) == []


# Lists of all policies


READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
MINE = f"arn:aws:iam::{ACCOUNT}:policy/mine"


def listing(before: list[str], after: list[str] | None, **more: Any) -> list[str]:
    role = {"name": "r", "id": "r", "arn": f"arn:aws:iam::{ACCOUNT}:role/r"}
    values = role | ({} if after is None else {"managed_policy_arns": after})
    change = resource("aws_iam_role.r", role | {"managed_policy_arns": before}, values, **more)
    return [each for each in reasons(change, same("aws_iam_role_policy_attachment.a", {"role": "r", "policy_arn": READ, "id": "a"}), same("aws_iam_role_policy_attachment.b", {"role": "other", "policy_arn": MINE, "id": "b"})) if "takes away" in each]  # fmt: skip


@pytest.mark.thorough
def test_a_list_of_all_policies_names_what_others_attach() -> None:
    said = [
        "takes away what aws_iam_role_policy_attachment.a attaches: managed_policy_arns lists all, and does not name "
    ]
    assert listing([READ], []) == listing([READ], [MINE]) == [f"{said[0]}{READ}"]
    assert listing([READ], None, unknown={"managed_policy_arns": True}) == [f"{said[0]}{READ}"]
    assert listing([READ], [READ]) == listing([], [READ]) == []


# Queues of what could not be told


def test_what_is_new_leaves_nothing_in_the_queue_of_somebody_else() -> None:
    def new(arn: str | None, **more: Any) -> list[str]:
        values = {"name": "q", "redrive_policy": json.dumps({"deadLetterTargetArn": arn}) if arn else None}
        return reasons(same("aws_sqs_queue.d", {"name": "d", "arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:d", "url": "d", "id": "d"}), resource("aws_sqs_queue.q", None, values, **more))  # fmt: skip

    assert new(f"arn:aws:sqs:us-east-1:{ACCOUNT}:d") == new(None) == []
    (found,) = new("arn:aws:sqs:us-east-1:999988887777:d")
    assert found.startswith("sets the queue of what could not be told: redrive_policy becomes")
    assert new(None, unknown={"redrive_policy": True})[0].endswith("redrive_policy becomes (known after apply)")


# Order


def test_blocks_in_another_order_ask_where_nobody_knows_the_type() -> None:
    one, other = {"id": "x", "action": [{"a": 1}, {"b": 2}]}, {"id": "x", "action": [{"b": 2}, {"a": 1}]}
    assert consents(resource("aws_lb_listener.x", one, other)) == ["unclassified:aws_lb_listener.x"]
    build = {"name": "x", "id": "x", "environment": [{"environment_variable": [{"name": "a"}, {"name": "b"}]}]}
    turned = {"name": "x", "id": "x", "environment": [{"environment_variable": [{"name": "b"}, {"name": "a"}]}]}
    assert consents(resource("aws_codebuild_project.x", build, turned)) == []


def test_another_order_is_found_at_any_depth_and_only_where_the_blocks_are_the_same() -> None:
    one, two = {"a": 1}, {"a": 2}
    assert list(reordered({"x": [{"y": [one, two]}]}, {"x": [{"y": [two, one]}]})) == [("x", 0, "y")]
    for after in ([one, one], [one, two, two], [one, {"a": 3}], [one, two], "text", None):
        assert list(reordered({"x": [one, two]}, {"x": after})) == [], after


def test_the_order_of_layers_and_commands_means_something() -> None:
    one, other = ({"function_name": "f", "id": "f", "layers": layers} for layers in (["a", "b"], ["b", "a"]))
    assert reasons(resource("aws_lambda_function.f", one, other)) == [
        "changes the order of the code that it runs: layers goes from a, b to b, a"
    ]
    before, after = (
        {
            "name": "x",
            "id": "x",
            "stage": [{"name": "s", "action": [{"name": "c", "category": "Compute", "commands": run}]}],
        }
        for run in (["test", "ship"], ["ship", "test"])
    )
    assert reasons(resource("aws_codepipeline.x", before, after)) == [
        "changes commands of c (stage s): ship, test; before: test, ship"
    ]


# What is nothing


def test_nothing_loses_nothing_where_nothing_is_the_worst_or_the_default() -> None:
    versions = {"bucket": "b", "versioning_configuration": [{"status": "Enabled", "mfa_delete": ""}]}
    after = {"bucket": "b", "versioning_configuration": [{"status": "Enabled"}]}
    later = {"versioning_configuration": [{"mfa_delete": True}]}
    bucket = same("aws_s3_bucket.b", {"id": "b", "bucket": "b"})
    assert reasons(bucket, resource("aws_s3_bucket_versioning.v", versions, after, unknown=later)) == []
    on = {"bucket": "b", "versioning_configuration": [{"status": "Enabled", "mfa_delete": "Enabled"}]}
    assert len(reasons(bucket, resource("aws_s3_bucket_versioning.v", on, after, unknown=later))) == 1
    key = {"key_id": "k", "id": "k", "is_enabled": True}
    assert reasons(resource("aws_kms_key.k", key, key | {"is_enabled": None})) == []
    assert len(reasons(resource("aws_kms_key.k", key, key | {"is_enabled": False}))) == 1


def test_what_is_new_is_not_open_to_everybody() -> None:
    assert consents(resource("aws_db_instance.d", None, {"identifier": "d", "publicly_accessible": True})) == [
        "unprotect:aws_db_instance.d"
    ]
    function = same("aws_lambda_function.f", {"function_name": "f", "id": "f"})
    for kind, number in (("NONE", 1), ("AWS_IAM", 0)):
        url = resource("aws_lambda_function_url.u", None, {"function_name": "f", "authorization_type": kind})
        assert len(reasons(function, url)) == number
