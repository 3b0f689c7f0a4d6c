"""Guards on what a new resource opens, on what something is started with, and on what a living environment needs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from guard_plans import ACCOUNT, ROOT_ARN, consents, refused, resource, same

from generator.checks.guards.deletion.image_retention import UnreadableError, read_rules

MOST = dict[str, Any]
FOREIGN = "999988887777"
ARN = f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p"
PROJECT = same("aws_codebuild_project.p", {"name": "p", "id": ARN, "arn": ARN})
ROLE = f"arn:aws:iam::{ACCOUNT}:role/there"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:t"
TOPIC = same("aws_sns_topic.t", {"arn": TOPIC_ARN, "id": TOPIC_ARN, "name": "t"})
QUEUE_ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
QUEUE = same("aws_sqs_queue.q", {"arn": QUEUE_ARN, "name": "q", "url": "https://q", "id": "https://q"})
BUCKET = same("aws_s3_bucket.b", {"id": "b", "bucket": "b", "arn": "arn:aws:s3:::b"})
RULE = same("aws_cloudwatch_event_rule.e", {"name": "e", "id": "e"})
KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
START = "arn:aws:scheduler:::aws-sdk:codebuild:startBuild"


def reasons(*resources: MOST, **more: Any) -> list[str]:
    return [each.reason for each in refused(*resources, **more)]


def changed(kind: str, before: Any, after: Any, *others: MOST, **more: Any) -> list[str]:
    """Return why a resource that exists may not change so."""
    frame = {"name": "x", "id": "x"}
    around = {key: more.pop(key) for key in ("configuration", "surroundings") if key in more}
    return reasons(*others, resource(f"{kind}.x", frame | before, frame | after, **more), **around)


# Targets


def target(arn: Any = TOPIC_ARN, **more: Any) -> MOST:
    return {"rule": "e", "target_id": "x", "arn": arn, **more}


def new_target(values: MOST, **more: Any) -> list[str]:
    return reasons(PROJECT, TOPIC, RULE, resource("aws_cloudwatch_event_target.x", None, values, **more))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (target(), ""),
        (target(TOPIC_ARN, input='{"text": "any"}'), ""),
        (target(ARN, role_arn=ROLE), ""),
        (target(f"arn:aws:sns:us-east-1:{ACCOUNT}:unknown"), "becomes arn:aws:sns:us-east-1:111122223333:unknown, which neither the stack nor the spec knows"),
        (target(f"arn:aws:sns:us-east-1:{FOREIGN}:t"), "sets who receives its events"),
        (target(f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:p"), "sets who receives its events"),
        (target(ARN, role_arn=ADMIN), "acts as"),
        (target(TOPIC_ARN, dead_letter_config=[{"arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:unknown"}]), "sets the queue of what could not be told"),
        (target(ARN, input='{"environmentVariablesOverride": []}'), "passes EnvironmentVariablesOverride to what it starts: nothing"),
        (target(ARN, input='{"IdempotencyToken": "x"}'), ""),
        (target(ARN, input="[]"), "passes arguments that cannot be read to what it starts"),
        (target(ARN, input="no json"), "passes arguments that cannot be read to what it starts"),
        (target(ARN, input_path="$.detail"), "passes what an event says to what it starts: input_path becomes $.detail"),
        (target(ARN, input_transformer=[{"input_template": "<x>"}]), "passes what an event says to what it starts: input_transformer"),
    ],
)  # fmt: skip
def test_a_new_target_starts_nothing_with_arguments_and_tells_no_stranger(values: MOST, reason: str) -> None:
    found = new_target(values)
    assert len(found) == bool(reason), found
    assert all(reason in each for each in found)


def test_a_target_of_which_the_receiver_is_not_known_is_nobody_of_ours() -> None:
    found = new_target(target(None), unknown={"arn": True})
    assert found == ["sets who receives its events: arn becomes (known after apply)"]


def test_what_a_target_passes_on_may_go_and_not_change() -> None:
    def moved(before: MOST, after: MOST) -> list[str]:
        one, other = target(ARN, **before), target(ARN, **after)
        return reasons(PROJECT, RULE, resource("aws_cloudwatch_event_target.x", one, other))

    assert moved({"input": '{"SourceVersion": "a"}'}, {}) == []
    assert moved({"input_path": "$.detail"}, {}) == []
    assert moved({"input": '{"SourceVersion": "a"}'}, {"input": '{"SourceVersion": "b"}'}) == [
        "passes SourceVersion to what it starts: b; before: a"
    ]
    assert moved({"input": '{"A": 1, "SourceVersion": "a"}'}, {"input": '{"A": 1}'}) == [
        "passes SourceVersion to what it starts: nothing; before: a"
    ]
    assert moved({"input": "no json"}, {"input": '{"SourceVersion": "b"}'}) == [
        "passes SourceVersion to what it starts: b; before: nothing"
    ]
    unknown = resource("aws_cloudwatch_event_target.x", target(ARN), target(ARN), unknown={"input": True})
    assert "passes arguments that cannot be read" in reasons(PROJECT, RULE, unknown)[0]


def schedule(arn: Any = ARN, argument: Any = None, role: Any = ROLE, **more: Any) -> MOST:
    return {"name": "s", "id": "s", "schedule_expression": "rate(1 day)", "state": "ENABLED",
            "target": [{"arn": arn, "role_arn": role, "input": argument}], **more}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (schedule(), ""),
        (schedule(START, '{"ProjectName": "p"}'), ""),
        (schedule(START + "Batch", '{"projectName": "p", "IdempotencyToken": "x"}'), ""),
        (schedule(TOPIC_ARN, "any words"), ""),
        (schedule(START, '{"ProjectName": "other"}'), "starts the project other; before: nothing"),
        (schedule(START), "starts the project nothing"),
        (schedule(START, '{"ProjectName": "p", "imageOverride": "x"}'), "passes ImageOverride to what it starts: x"),
        (
            schedule("arn:aws:scheduler:::aws-sdk:iam:createUser", "{}"),
            "starts arn:aws:scheduler:::aws-sdk:iam:createUser",
        ),
        (schedule(f"arn:aws:codebuild:us-east-1:{FOREIGN}:project/p"), "starts arn:aws:codebuild"),
        (schedule(ARN, '{"privilegedModeOverride": true}'), "passes PrivilegedModeOverride to what it starts: true"),
        (schedule(ARN, None, ADMIN), "acts as"),
    ],
)
def test_a_new_schedule_starts_something_of_the_stack_without_arguments(values: MOST, reason: str) -> None:
    found = reasons(PROJECT, TOPIC, resource("aws_scheduler_schedule.s", None, values))
    assert len(found) == bool(reason), found
    assert all(reason in each for each in found)


def test_a_schedule_whose_target_is_not_known_starts_anything() -> None:
    def later(unknown: Any) -> list[str]:
        after = schedule() if unknown is not True else schedule(target=None)
        return reasons(PROJECT, resource("aws_scheduler_schedule.s", schedule(), after, unknown={"target": unknown}))

    assert any("starts what is known only after apply" in each for each in later(unknown=True))
    assert any("starts known only after apply" in each for each in later([{"arn": True}]))
    assert any("arguments that cannot be read" in each for each in later([{"input": True}]))


def test_a_schedule_goes_on_as_it_did() -> None:
    def moved(before: MOST, after: MOST, **more: Any) -> list[str]:
        return reasons(PROJECT, TOPIC, resource("aws_scheduler_schedule.s", before, after, **more))

    assert moved(schedule(START, '{"ProjectName": "p"}'), schedule(START + "Batch", '{"ProjectName": "p"}')) == []
    assert moved(schedule(START, '{"ProjectName": "q"}'), schedule(START, '{"ProjectName": "p"}')) == [
        "starts the project p; before: q"
    ]
    assert moved(schedule(ARN), schedule(START, '{"ProjectName": "p"}')) == [f"starts {START}; before: {ARN}"]
    assert moved(schedule(TOPIC_ARN), schedule(ARN))[0].startswith("starts ")
    assert moved(schedule(ARN, '{"a": 1}'), schedule(ARN)) == []
    assert moved(schedule(state="DISABLED"), schedule()) == []
    assert moved(schedule(), schedule(schedule_expression="rate(1 hour)")) == []
    assert moved(schedule(end_date="2030-01-01T00:00:00Z"), schedule()) == []
    assert moved(schedule(start_date="2030-01-01T00:00:00Z"), schedule()) == []
    for stopped in (
        {"state": "DISABLED"},
        {"end_date": "2030-01-01T00:00:00Z"},
        {"start_date": "2030-01-01T00:00:00Z"},
        {"schedule_expression": "at(2030-01-01T00:00:00)"},
        {"schedule_expression": "nonsense"},
    ):
        (found,) = moved(schedule(), schedule(**stopped))
        assert found.startswith("starts nothing any more, or less")
    assert moved(schedule(), schedule(), unknown={"state": True}) == [
        "may start nothing any more: state goes from ENABLED to (known after apply)"
    ]


# Images

OWN = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/x"
DIGEST = f"@sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("a:1", f"{OWN}:1", ""),
        ("a:1", f"{OWN}:2{DIGEST}", ""),
        (f"{OWN}:1{DIGEST}", f"{OWN}:2{DIGEST}", ""),
        (f"{OWN}:latest", f"{OWN}:latest", ""),
        (f"{OWN}:latest", f"{OWN}", ""),
        ("a:1", f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws/x:1", ""),
        ("a:1", f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/x:1", ""),
        ("a:1", "aws/codebuild/standard:7.0", ""),
        ("a:1", f"a:1{DIGEST}", ""),
        (None, f"{OWN}:1", ""),
        ("a:1", f"{FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/x:1", "which is neither AWS's own nor from the account's registry"),
        ("a:1", f"{ACCOUNT}.dkr.ecr.evil.example/x:1", "which is neither"),
        ("a:1", f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.evil.example/x:1", "which is neither"),
        ("a:1", f"evil.example/{OWN}:1", "which is neither"),
        ("a:1", "aws/codebuild/evil/x:1", "which is neither"),
        (f"{OWN}:1{DIGEST}", f"{OWN}:1", "which is no longer fixed by its digest"),
        (f"{OWN}:1", f"{OWN}:latest", "which is whatever was pushed last"),
        (f"{OWN}:1", OWN, "which is whatever was pushed last"),
        (f"a:1{DIGEST}", f"a:1{DIGEST[:-1]}1", "which is another digest"),
        ("a:1", None, "which nobody knows yet"),
    ],
)  # fmt: skip
def test_builds_run_in_an_image_of_ours(before: Any, after: Any, why: str) -> None:
    found = changed("aws_codebuild_project", {"environment": [{"image": before}]}, {"environment": [{"image": after}]})
    assert [why in each for each in found] == [True] * bool(why)


def test_the_image_of_a_new_project_is_one_of_ours_or_in_the_spec() -> None:
    def new(image: Any, *texts: str, **more: Any) -> list[str]:
        made = resource("aws_codebuild_project.n", None, {"name": "n", "environment": [{"image": image}]}, **more)
        return reasons(made, surroundings={"spec_texts": lambda: frozenset(texts)})

    assert new("aws/codebuild/standard:7.0") == new(None) == new("node:22", "node:22") == []
    assert "before: nothing" in new("node:22")[0]
    assert new(None, unknown={"environment": True}) == [
        "runs builds in the image known only after apply, which nobody knows yet; before: nothing"
    ]


# Pipelines


def step(category: str, provider: str = "x", *, name: str = "a", role: str = "", **configuration: Any) -> MOST:
    return {"name": name, "category": category, "owner": "AWS", "provider": provider, "version": "1", "role_arn": role, "configuration": configuration}  # fmt: skip


SOURCE = step("Source", "S3", S3Bucket="b")
BUILD = step("Build", "CodeBuild", ProjectName="p")


def stages(*found: tuple[str, list[MOST]], **more: Any) -> MOST:
    return {"pipeline_type": "V2", "stage": [{"name": name, "action": actions} for name, actions in found], **more}


WHOLE = stages(("s", [SOURCE]), ("b", [BUILD]))


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Build", "CodeBuild", name="c", ProjectName="p")])), ""),
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Build", "CodeBuild", name="c", ProjectName="p", BatchEnabled="true", X="true", Y="")])), ""),
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Approval", "Manual", name="c", CustomData="any")])), ""),
        (stages(("s", [SOURCE, SOURCE | {"name": "t"}]), ("b", [BUILD])), ""),
        (stages(("t", [SOURCE | {"name": "u"}]), ("c", [BUILD | {"name": "d"}])), ""),
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Build", "CodeBuild", name="c", ProjectName="q")])), "adds c (stage b), of which neither the stack nor the spec knows q"),
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Build", "CodeBuild", name="c", role=ADMIN, ProjectName="p")])), "acts as arn"),
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Compute", "Commands", name="c") | {"commands": ["x"]}])), "adds c (stage b), which runs commands"),
        (stages(("s", [SOURCE]), ("b", [BUILD, step("Deploy", "S3", name="c", BucketName=3)])), "knows 3"),
        (stages(("s", [SOURCE, step("Source", "S3", name="t", S3Bucket="c")]), ("b", [BUILD])), "adds t (stage s), which brings in other code"),
        (stages(("s", [SOURCE]), ("c", [BUILD | {"name": "d", "role_arn": ADMIN}])), "changes role_arn of d (stage c)"),
        (stages(("s", [SOURCE]), ("c", [BUILD | {"name": "d", "configuration": {"ProjectName": "q"}}])), "changes ProjectName of d (stage c): q; before: p"),
        (stages(("s", [SOURCE]), ("c", [BUILD | {"name": "d", "provider": "Jenkins"}])), "changes provider of d (stage c)"),
    ],
)  # fmt: skip
def test_an_action_is_found_again_by_what_it_does(after: MOST, reason: str) -> None:
    found = changed("aws_codepipeline", WHOLE, after, PROJECT, BUCKET)
    assert len(found) == bool(reason), found
    assert all(reason in each for each in found)


def test_what_one_more_action_works_with_is_known() -> None:
    after = stages(("s", [SOURCE]), ("b", [BUILD, step("Build", "CodeBuild", name="c")]))
    unknown = {"stage": [{}, {"action": [{}, {"configuration": True}]}]}
    found = changed("aws_codepipeline", WHOLE, after, PROJECT, unknown=unknown)
    assert found == ["adds c (stage b), which does something known only after apply; before: nothing"]


def test_the_role_of_one_more_action_is_known() -> None:
    after = stages(("s", [SOURCE]), ("b", [BUILD, step("Build", "CodeBuild", name="c", ProjectName="p")]))
    unknown = {"stage": [{}, {"action": [{}, {"role_arn": True}]}]}
    (found,) = changed("aws_codepipeline", WHOLE, after, PROJECT, unknown=unknown)
    assert found.startswith("adds c (stage b), which acts as")


def test_a_new_pipeline_acts_as_nobody_else() -> None:
    def new(*found: tuple[str, list[MOST]]) -> list[str]:
        return reasons(
            PROJECT, BUCKET, resource("aws_codepipeline.n", None, {"name": "n", "role_arn": ROLE} | stages(*found))
        )

    assert new(("s", [SOURCE]), ("b", [BUILD])) == []
    assert new(("s", [SOURCE]), ("b", [BUILD | {"role_arn": ADMIN}]))[0].startswith(f"acts as {ADMIN}, a role that")
    assert "runs commands" in new(("s", [SOURCE]), ("b", [step("Compute", "Commands", Commands="x")]))[0]


def test_conditions_follow_a_stage_that_gets_another_name() -> None:
    stop = {"on_failure": [{"result": "ROLLBACK"}]}
    before, renamed, gone = (stages(("s", [SOURCE]), (name, [BUILD])) for name in ("b", "c", "b"))
    before["stage"][1] |= stop
    renamed["stage"][1] |= stop
    assert changed("aws_codepipeline", before, renamed) == []
    assert changed("aws_codepipeline", before, gone) == ["changes the conditions of b (on_failure)"]
    extra = stages(("s", [SOURCE]), ("b", [BUILD]), ("d", [step("Approval", "Manual")]))
    extra["stage"][2] |= {"on_failure": [{"result": "SKIP"}]}
    assert changed("aws_codepipeline", WHOLE, extra) == ["changes the conditions of d (on_failure)"]


@pytest.mark.parametrize("mark", [[{"condition": True}], [{"condition": [True]}], [{"condition": [{"rule": True}]}], [{"condition": [{"rule": [{"role_arn": True}]}]}], [{"condition": [{"rule": [{"rule_type_id": True}]}]}], [{"condition": [{"rule": [{"rule_type_id": [True]}]}]}], [{"result": True}], [True]], ids=str)  # fmt: skip
def test_a_condition_that_is_not_known_may_run_anything(mark: Any) -> None:
    after = stages(("s", [SOURCE]), ("b", [BUILD]))
    after["stage"][1] |= {
        "before_entry": [{"condition": [{"rule": [{"rule_type_id": [{"provider": "VariableCheck"}]}]}]}]
    }
    assert changed("aws_codepipeline", WHOLE, after) == []
    assert changed("aws_codepipeline", WHOLE, after, unknown={"stage": [{}, {"before_entry": mark}]})


# Triggers


def watching(changes: str) -> MOST:
    """Write a pipeline without a trigger, whose source watches its branch or does not."""
    source = step("Source", "CodeStarSourceConnection", BranchName="dev", DetectChanges=changes)
    return stages(("s", [source]), ("b", [BUILD]))


WATCHING, MANUAL = watching("true"), watching("false")


def trigger(**push: Any) -> MOST:
    filters = {name: [value] for name, value in push.items() if name not in {"events", "kind", "source"}}
    if "events" in push:
        filters["events"] = push["events"]
    git = {push.get("kind", "push"): [filters], "source_action_name": push.get("source", "a")}
    return {**MANUAL, "trigger": [{"provider_type": "CodeStarSourceConnection", "git_configuration": [git]}]}


MAIN = {"includes": ["main", "release/*"]}


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        (trigger(branches=MAIN), trigger(branches={"includes": ["main"]}), False),
        (trigger(branches=MAIN), trigger(branches={"includes": ["release/1"]}), False),
        (trigger(branches=MAIN), trigger(branches=MAIN | {"excludes": ["release/0"]}), False),
        (trigger(branches=MAIN), trigger(branches=MAIN, file_paths={"includes": ["src/**"]}), False),
        (trigger(branches={"excludes": ["x"]}), trigger(branches={"includes": ["main"], "excludes": ["x"]}), False),
        (
            trigger(branches=MAIN, kind="pull_request"),
            trigger(branches=MAIN, kind="pull_request", events=["OPEN"]),
            False,
        ),
        (trigger(kind="pull_request", events=["OPEN", "CLOSED"]), trigger(kind="pull_request", events=["OPEN"]), False),
        (trigger(branches=MAIN), trigger(branches={"includes": ["main", "other"]}), True),
        (trigger(branches=MAIN), trigger(branches={"includes": ["release/1/2"]}), True),
        (trigger(branches=MAIN), trigger(branches={"includes": ["release/**"]}), True),
        (trigger(branches=MAIN), trigger(branches={"excludes": ["x"]}), True),
        (trigger(branches=MAIN | {"excludes": ["x"]}), trigger(branches=MAIN), True),
        (trigger(branches=MAIN, file_paths={"includes": ["src/**"]}), trigger(branches=MAIN), True),
        (trigger(branches=MAIN), trigger(branches=MAIN, tags={"includes": ["v*"]}), True),
        (trigger(branches=MAIN), trigger(branches=MAIN, kind="pull_request"), True),
        (trigger(branches=MAIN), trigger(branches=MAIN, source="b"), True),
        (trigger(kind="pull_request", events=["OPEN"]), trigger(kind="pull_request", events=["OPEN", "UPDATED"]), True),
        (trigger(kind="pull_request", events=["OPEN"]), trigger(kind="pull_request"), True),
        (trigger(branches=MAIN), WATCHING, True),
        (MANUAL, WATCHING, True),
        (WATCHING, MANUAL, False),
        (trigger(branches=MAIN), MANUAL, False),
    ],
)
def test_a_trigger_may_become_narrower(before: MOST, after: MOST, *, is_refused: bool) -> None:
    found = changed("aws_codepipeline", before, after)
    assert bool(found) is is_refused
    assert all("; before: " in each for each in found)


def test_a_trigger_is_told_in_words() -> None:
    after = trigger(branches={"includes": ["main"], "excludes": ["x"]}, file_paths={"excludes": ["docs/**"]})
    assert changed("aws_codepipeline", after, WATCHING) == [
        "starts on push branches dev; before: push branches main but not x file paths all but not docs/**"
    ]
    requests = trigger(kind="pull_request", events=["OPEN"], branches={"includes": ["main"]})
    assert "starts on pull request OPEN branches main; before: " in changed("aws_codepipeline", after, requests)[0]


# Alarms


def alarm(**more: Any) -> MOST:
    return {"alarm_name": "x", "comparison_operator": "GreaterThanThreshold", "threshold": 5, "period": 300, "statistic": "Sum",
            "evaluation_periods": 3, "datapoints_to_alarm": None, "treat_missing_data": "missing", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"comparison_operator": "GreaterThanOrEqualToThreshold"}, ""),
        ({"comparison_operator": "GreaterThanOrEqualToThreshold"}, {}, "loosens the alarm: comparison_operator"),
        ({}, {"comparison_operator": "LessThanThreshold"}, "goes off on other values: comparison_operator"),
        ({}, {"comparison_operator": "GreaterThanUpperThreshold"}, "goes off on other values: comparison_operator"),
        ({}, {"threshold": 4}, ""),
        ({}, {"threshold": 6}, "loosens the alarm: threshold goes from 5 to 6"),
        ({}, {"threshold": None}, "loosens the alarm: threshold"),
        ({}, {"threshold": float("nan")}, "loosens the alarm: threshold"),
        ({"threshold": None}, {}, ""),
        ({"comparison_operator": "LessThanThreshold"}, {"comparison_operator": "LessThanThreshold", "threshold": 4}, "loosens the alarm: threshold"),
        ({}, {"period": 60}, "loosens the alarm: period goes from 300 to 60"),
        ({}, {"period": 600}, "loosens the alarm: period goes from 300 to 600"),
        ({"statistic": "Maximum"}, {"statistic": "Maximum", "period": 60}, ""),
        ({}, {"evaluation_periods": 2}, ""),
        ({}, {"evaluation_periods": 4}, "loosens the alarm: evaluation_periods"),
        ({"datapoints_to_alarm": 1}, {}, "loosens the alarm: datapoints_to_alarm goes from 1 to nothing"),
        ({}, {"datapoints_to_alarm": 2}, ""),
        ({}, {"datapoints_to_alarm": "x"}, "loosens the alarm: datapoints_to_alarm"),
        ({}, {"treat_missing_data": None}, ""),
        ({"treat_missing_data": None}, {}, ""),
        ({}, {"treat_missing_data": "breaching"}, ""),
        ({}, {"treat_missing_data": "notBreaching"}, "loosens the alarm: treat_missing_data"),
        ({"treat_missing_data": None}, {"treat_missing_data": "ignore"}, "loosens the alarm: treat_missing_data"),
        ({}, {"treat_missing_data": "nonsense"}, "loosens the alarm: treat_missing_data"),
        ({"actions_enabled": True}, {"actions_enabled": False}, "loses the alarm: actions_enabled"),
    ],
)  # fmt: skip
def test_an_alarm_goes_off_as_soon_as_it_did(before: MOST, after: MOST, words: str) -> None:
    found = changed("aws_cloudwatch_metric_alarm", alarm(**before), alarm(**after))
    assert [each.startswith(words) for each in found] == [True] * bool(words), found


def test_what_of_an_alarm_is_not_known_loosens_it_where_it_is_ours() -> None:
    after = alarm()
    del after["datapoints_to_alarm"]
    unknown = {"datapoints_to_alarm": True}
    assert changed("aws_cloudwatch_metric_alarm", alarm(), after, unknown=unknown)
    silent = {"root_module": {"resources": [{"mode": "managed", "type": "aws_cloudwatch_metric_alarm", "name": "x", "expressions": {}}]}}  # fmt: skip
    assert changed("aws_cloudwatch_metric_alarm", alarm(), after, unknown=unknown, configuration=silent) == []


def test_a_pattern_whose_words_are_empty_is_told_as_such() -> None:
    def moved(before: Any, after: Any) -> list[str]:
        one, other = (
            {"event_pattern": each if isinstance(each, str) else json.dumps(each)} for each in (before, after)
        )
        return changed("aws_cloudwatch_event_rule", one, other)

    assert moved({"source": ["", "a"]}, {"source": ["a"]})[0].startswith('no longer passes on "": ')
    assert "in a pattern that cannot be read" in moved({"source": ["a"]}, "{")[0]


# Storage


def lock(mode: Any = "GOVERNANCE", **time: Any) -> MOST:
    return {"bucket": "b", "object_lock_enabled": "Enabled", "rule": [{"default_retention": [{"mode": mode, **time}]}]}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (lock(days=30), lock(years=1), ""),
        (lock(days=30), lock("COMPLIANCE", days=30), ""),
        (lock() | {"rule": []}, lock(days=1), ""),
        (lock(days=0), lock("COMPLIANCE", days=0), ""),
        (lock(years=1), lock(days=30), "loses the lock on objects: it goes from 365 days (GOVERNANCE) to 30 days (GOVERNANCE)"),
        (lock("COMPLIANCE", days=30), lock(days=90), "loses the lock on objects: it goes from 30 days (COMPLIANCE) to 90 days (GOVERNANCE)"),
        (lock(days=30), lock() | {"rule": []}, "to none"),
        (lock(days=30), lock() | {"rule": [{"default_retention": []}]}, "to none"),
    ],
)  # fmt: skip
def test_a_lock_on_objects_may_only_grow(before: MOST, after: MOST, words: str) -> None:
    found = changed("aws_s3_bucket_object_lock_configuration", before, after, BUCKET)
    assert len(found) == bool(words), found
    assert all(words in each for each in found)


@pytest.mark.parametrize("mark", [True, [True], [{"default_retention": True}], [{"default_retention": [{"days": True}]}]], ids=str)  # fmt: skip
def test_a_lock_that_is_not_known_holds_nothing(mark: Any) -> None:
    found = changed(
        "aws_s3_bucket_object_lock_configuration", lock(days=30), lock(days=30), BUCKET, unknown={"rule": mark}
    )
    assert found == ["loses the lock on objects: it goes from 30 days (GOVERNANCE) to what is known only after apply"]


def test_a_lock_that_aws_fills_in_is_as_it_was() -> None:
    kind = "aws_s3_bucket_object_lock_configuration"
    silent = {"root_module": {"resources": [{"mode": "managed", "type": kind, "name": "x", "expressions": {}}]}}
    after = lock()
    del after["rule"]
    assert changed(kind, lock(days=30), after, BUCKET, unknown={"rule": True}, configuration=silent) == []


def expiring(**expiration: Any) -> MOST:
    return {"bucket": "b", "rule": [{"id": "r", "status": "Enabled", "expiration": [expiration]}]}


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        (expiring(date="2030-01-01T00:00:00Z"), expiring(date="2031-01-01T00:00:00Z"), False),
        (expiring(date="2030-01-01"), expiring(date="2030-01-02"), False),
        (expiring(date="2030-01-02T00:00:00Z"), expiring(date="2030-01-01T00:00:00Z"), True),
        (expiring(date="2030-01-01T00:00:00Z"), expiring(date="nonsense"), True),
        (expiring(date="2030-01-01T00:00:00Z"), expiring(days=3000), True),
        (expiring(days=30), expiring(date="2090-01-01T00:00:00Z"), True),
        (expiring(days=30), expiring(days=float("nan")), True),
        (expiring(days=30), expiring(days="nonsense"), True),
        (expiring(days=30), expiring(days=float("inf")), True),
        (expiring(days=30), expiring(days=60), False),
    ],
)
def test_a_day_on_which_objects_go_may_come_later(before: MOST, after: MOST, *, is_refused: bool) -> None:
    found = changed("aws_s3_bucket_lifecycle_configuration", before, after, BUCKET)
    assert bool(found) is is_refused
    assert all("which is sooner than now" in each for each in found)


def images(*rules: tuple[str, list[str], Any], counted: str = "imageCountMoreThan") -> MOST:
    written = [
        {"rulePriority": number, "selection": {"tagStatus": status, "countType": counted, "countNumber": limit,
                                               **({"tagPrefixList": tags} if tags else {})}}
        for number, (status, tags, limit) in enumerate(rules, 1)
    ]  # fmt: skip
    return {"repository": "r", "policy": json.dumps({"rules": written})}


PROD: tuple[str, list[str], Any] = ("tagged", ["prod"], 100)
ALL: tuple[str, list[str], Any] = ("any", [], 10)


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        (images(PROD, ALL), images(PROD, ("any", [], 20)), False),
        (images(PROD, ALL), images(PROD), False),
        (images(("tagged", ["a", "b"], 5)), images(("tagged", ["b", "a"], 5)), False),
        (images(("tagged", ["a"], 5)), images(("tagged", ["a", "b"], 5)), False),
        (images(ALL), images(("untagged", [], 10)), False),
        (images(PROD, ALL), images(ALL), True),
        (images(PROD, ALL), images(ALL, PROD), True),
        (images(PROD, ALL), images(("tagged", ["prod-1"], 100), ALL), True),
        (images(ALL), images(("tagged", ["v"], 1), ALL), True),
        (images(("tagged", ["a", "b"], 5)), images(("tagged", ["a"], 5)), True),
        (images(("untagged", [], 10)), images(ALL), True),
        (images(ALL), images(ALL, counted="sinceImagePushed"), True),
        (images(ALL), images(("any", [], "nan")), True),
        (images(ALL), images(("any", [], -1)), True),
        (images(ALL), images(("nonsense", [], 10)), True),
    ],
)
def test_a_rule_of_images_that_goes_exposes_them_to_the_next(before: MOST, after: MOST, *, is_refused: bool) -> None:
    assert bool(changed("aws_ecr_lifecycle_policy", before, after)) is is_refused


def test_rules_of_images_that_are_not_known_delete_anything() -> None:
    found = changed("aws_ecr_lifecycle_policy", images(ALL), {"repository": "r"}, unknown={"policy": True})
    assert found == ["deletes images by rules that are known after apply only"]
    nonsense = {"repository": "r", "policy": "nonsense"}
    assert changed("aws_ecr_lifecycle_policy", nonsense, nonsense | {"tags": {"a": "b"}}) == []
    assert changed("aws_ecr_lifecycle_policy", images(ALL), nonsense)
    with pytest.raises(UnreadableError):
        read_rules(
            '{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "x", "countNumber": NaN}}]}'
        )
    assert read_rules(None) == []
    (rule,) = read_rules(images(("any", [], 1), counted="sinceImagePushed")["policy"])
    assert rule.words == "images after 1 day (rule 1)"


# Network


def group(**ingress: Any) -> MOST:
    return {"name": "g", "ingress": [{"protocol": "tcp", "from_port": 443, "to_port": 443, **ingress}]}


@pytest.mark.parametrize(
    ("values", "is_refused"),
    [
        (group(cidr_blocks=["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]), False),
        (group(cidr_blocks=["203.0.113.0/24", "198.51.100.0/24"]), False),
        (group(ipv6_cidr_blocks=["2001:db8::/48", "fd00::/8"]), False),
        (group(self=True), False),
        (group(cidr_blocks=["0.0.0.0/1", "128.0.0.0/1"]), True),
        (group(cidr_blocks=["0.0.0.0/1"]), True),
        (group(cidr_blocks=["52.0.0.0/17", "52.0.128.0/17", "52.1.0.0/16"]), True),
        (group(ipv6_cidr_blocks=["0::/0"]), True),
        (group(ipv6_cidr_blocks=["2000::/3"]), True),
        (group(prefix_list_ids=["pl-63a5400a"]), True),
        (group(prefix_list_ids=["pl-own"]), False),
        (group(prefix_list_ids=["pl-wide"]), True),
    ],
)
def test_a_new_group_is_not_open_to_much_of_the_internet(values: MOST, *, is_refused: bool) -> None:
    lists = [
        same("aws_ec2_managed_prefix_list.own", {"id": "pl-own", "entry": [{"cidr": "203.0.113.0/24"}]}),
        same("aws_ec2_managed_prefix_list.wide", {"id": "pl-wide", "entry": None}),
        same("aws_ec2_managed_prefix_list_entry.wide", {"prefix_list_id": "pl-wide", "cidr": "0.0.0.0/1"}),
    ]
    found = consents(*lists, resource("aws_security_group.g", None, values))
    assert found == (["widen:aws_security_group.g"] if is_refused else [])


def test_networks_that_were_let_in_in_parts_are_no_news_as_a_whole() -> None:
    before, after = group(cidr_blocks=["10.0.0.0/9", "10.128.0.0/9"]), group(cidr_blocks=["10.0.0.0/8"])
    assert changed("aws_security_group", before, after) == []
    assert changed("aws_security_group", after, group(cidr_blocks=["10.0.0.0/8", "11.0.0.0/24"]))


@pytest.mark.parametrize(
    ("protocol", "ports", "is_refused"), [("-1", (0, 0), True), ("tcp", (0, 65535), True), ("tcp", (443, 443), False)]
)
def test_a_group_that_exists_lets_out_to_everything_in_no_spelling(protocol: str, ports: tuple[int, int], *, is_refused: bool) -> None:  # fmt: skip
    way = {"security_group_id": "g", "cidr_ipv4": "0.0.0.0/1", "ip_protocol": protocol, "from_port": ports[0], "to_port": ports[1]}  # fmt: skip
    there = same("aws_security_group.g", {"id": "g", "name": "g"})
    assert bool(refused(there, resource("aws_vpc_security_group_egress_rule.w", None, way))) is is_refused


def test_a_list_of_networks_lets_in_nobody_new() -> None:
    kind = "aws_ec2_managed_prefix_list"

    def listed(*networks: str) -> MOST:
        return {"id": "pl", "name": "l", "entry": [{"cidr": each} for each in networks]}

    assert reasons(resource(f"{kind}.l", None, listed("203.0.113.0/24"))) == []
    assert reasons(resource(f"{kind}.l", None, listed("0.0.0.0/1"))) == [
        "lists 0.0.0.0/1 (everything) for all groups that name it"
    ]
    assert reasons(resource(f"{kind}.l", listed("203.0.113.0/24"), listed())) == []
    assert reasons(resource(f"{kind}.l", listed("203.0.113.0/24"), listed("203.0.113.0/24", "198.51.100.0/24")))
    entry = resource(f"{kind}_entry.e", None, {"prefix_list_id": "pl", "cidr": "198.51.100.0/24"})
    assert reasons(same(f"{kind}.l", listed()), entry) == [
        "lists 198.51.100.0/24 (everything) for all groups that name it"
    ]


def test_routes_and_joined_networks_are_asked() -> None:
    network = same("aws_vpc.v", {"id": "vpc-1"})
    table = same("aws_route_table.t", {"id": "rtb-1", "vpc_id": "vpc-1"})
    gateway = same("aws_nat_gateway.n", {"id": "nat-1"})

    def route(**to: Any) -> list[str]:
        return reasons(network, table, gateway, resource("aws_route.r", None, {"route_table_id": "rtb-1", **to}))

    assert route(nat_gateway_id="nat-1") == []
    assert route(nat_gateway_id="nat-2") == [
        "sets a way out of the network: nat_gateway_id becomes nat-2, which neither the stack nor the spec knows"
    ]
    peer = resource("aws_vpc_peering_connection.p", None, {"vpc_id": "vpc-1", "peer_vpc_id": "vpc-2"})
    assert reasons(network, peer) == ["gives network vpc-1 a way to another network"]
    share = resource("aws_ram_resource_share.s", None, {"name": "s"})
    assert reasons(share) == ["gives resources to other accounts"]


# What a living environment needs


def test_one_variable_less_is_no_loss_of_its_secrecy() -> None:
    def variables(*found: tuple[str, str]) -> MOST:
        return {"environment": [{"environment_variable": [{"name": name, "type": kind} for name, kind in found]}]}

    secret, plain = ("A", "SECRETS_MANAGER"), ("B", "PLAINTEXT")
    assert changed("aws_codebuild_project", variables(secret, plain), variables(plain)) == []
    assert changed("aws_codebuild_project", variables(secret), variables()) == []
    assert changed("aws_codebuild_project", variables(secret, plain), variables(("A", "PLAINTEXT"), plain))
    unknown = {"environment": [{"environment_variable": True}]}
    assert changed("aws_codebuild_project", variables(secret), {"environment": [{}]}, unknown=unknown)


def test_one_notification_more_is_no_other_one() -> None:
    def budget(*thresholds: float, kind: str = "ACTUAL") -> MOST:
        return {"limit_amount": "5", "notification": [
            {"threshold": each, "threshold_type": "PERCENTAGE", "notification_type": kind, "comparison_operator": "GREATER_THAN",
             "subscriber_email_addresses": ["a@b.example"]} for each in thresholds]}  # fmt: skip

    assert changed("aws_budgets_budget", budget(100), budget(80, 100)) == []
    assert changed("aws_budgets_budget", budget(80, 100), budget(100)) != []
    assert changed("aws_budgets_budget", budget(100), budget(200, 300)) != []
    assert changed("aws_budgets_budget", budget(100), budget(100, kind="FORECASTED")) != []


def test_a_queue_may_go_from_its_own_key_to_one_of_the_account() -> None:
    own, other = {"sqs_managed_sse_enabled": True}, {"sqs_managed_sse_enabled": False}
    assert changed("aws_sqs_queue", own, other | {"kms_master_key_id": KEY_ARN}) == []
    assert changed("aws_sqs_queue", own, other)
    assert changed("aws_sqs_queue", own, other | {"kms_master_key_id": f"arn:aws:kms:us-east-1:{FOREIGN}:key/k"})
    assert changed("aws_sqs_queue", own, {}, unknown={"kms_master_key_id": True})


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        (KEY_ARN, "alias/aws/sqs", True),
        (KEY_ARN, f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/sqs", True),
        ("alias/own", "alias/aws/sqs", True),
        ("alias/aws/sqs", f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/sqs", False),
        (None, "alias/aws/sqs", False),
        ("alias/aws/sqs", KEY_ARN, False),
    ],
)
def test_a_key_of_the_account_does_not_become_one_of_aws(before: Any, after: Any, *, is_refused: bool) -> None:
    assert bool(changed("aws_sqs_queue", {"kms_master_key_id": before}, {"kms_master_key_id": after})) is is_refused


def test_batches_may_come_and_their_machines_become_fewer() -> None:
    def batch(*types: str, role: Any = ROLE) -> MOST:
        return {
            "build_batch_config": [{"service_role": role, "restrictions": [{"compute_types_allowed": list(types)}]}]
        }

    kind = "aws_codebuild_project"
    assert changed(kind, {"build_batch_config": []}, batch("a")) == []
    assert changed(kind, batch(), batch("a")) == changed(kind, batch("a", "b"), batch("a")) == []
    assert "which is more than before" in changed(kind, batch("a"), batch("a", "b"))[0]
    assert changed(kind, batch("a"), batch())
    unknown = {"build_batch_config": [{"restrictions": [{"compute_types_allowed": True}]}]}
    assert changed(kind, batch("a"), batch("a"), unknown=unknown)
    (found,) = changed(kind, {"build_batch_config": []}, batch("a", role=ADMIN))
    assert found.startswith(f"acts as {ADMIN}, a role that neither the stack nor the spec knows")
    assert "which is another" in changed(kind, batch(), batch(role=ADMIN))[0]
    assert (
        "(known after apply)"
        in changed(kind, batch(), batch(), unknown={"build_batch_config": [{"service_role": True}]})[0]
    )


def test_builds_may_move_into_groups_of_the_stack() -> None:
    there = same("aws_security_group.g", {"id": "sg-1", "name": "g"})

    def network(*groups: str) -> MOST:
        return {"vpc_config": [{"vpc_id": "vpc-1", "subnets": ["s"], "security_group_ids": list(groups)}]}

    named = {"surroundings": {"spec_texts": lambda: frozenset({"vpc-1"})}}
    assert changed("aws_codebuild_project", {}, network("sg-1"), there, **named) == []
    assert changed("aws_codebuild_project", network("sg-2"), network("sg-1", "sg-2"), there, **named) == []
    assert changed("aws_codebuild_project", network("sg-1"), network("sg-1", "sg-3"), there, **named)


@pytest.mark.parametrize(
    ("after", "is_refused"),
    [
        (json.dumps({"deadLetterTargetArn": QUEUE_ARN, "maxReceiveCount": 3}), False),
        (json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{FOREIGN}:q"}), True),
        (json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:unknown"}), True),
        (json.dumps({"deadLetterTargetArn": 3}), True),
        ("garbage", True),
        ("[]", True),
        ("{}", True),
        (None, True),
    ],
)
def test_what_could_not_be_told_goes_to_a_queue_of_the_stack(after: Any, *, is_refused: bool) -> None:
    before = {"queue_url": "https://q", "redrive_policy": json.dumps({"deadLetterTargetArn": QUEUE_ARN})}
    assert (
        bool(changed("aws_sqs_queue_redrive_policy", before, before | {"redrive_policy": after}, QUEUE)) is is_refused
    )


def test_what_could_not_be_told_goes_to_nobody_who_is_known_later() -> None:
    before = {"queue_url": "https://q", "redrive_policy": json.dumps({"deadLetterTargetArn": QUEUE_ARN})}
    found = changed(
        "aws_sqs_queue_redrive_policy", before, {"queue_url": "https://q"}, QUEUE, unknown={"redrive_policy": True}
    )
    assert found == ["loses the queue of what could not be told: redrive_policy becomes (known after apply)"]


def test_an_object_is_as_private_as_its_bucket() -> None:
    def new(**values: Any) -> list[str]:
        return reasons(BUCKET, resource("aws_s3_object.o", None, {"bucket": "b", "key": "k"}, **values))

    assert new() == []
    assert new(unknown={"acl": True}) == ["loses privacy: acl becomes (known after apply)"]
    public = resource("aws_s3_object.o", None, {"bucket": "b", "key": "k", "acl": "public-read"})
    assert reasons(BUCKET, public) == ["loses privacy: acl becomes public-read"]
    private = resource("aws_s3_object.o", None, {"bucket": "b", "key": "k", "acl": "private"})
    assert reasons(BUCKET, private) == []


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        ({"status": ["a", {"prefix": "b"}]}, {"status": [{"prefix": "b"}, "a"]}, False),
        ({"number": [{"numeric": [">", 1, "<", 2]}]}, {"number": [{"numeric": ["<", 1, ">", 2]}]}, True),
        ({"status": ["a"]}, {"status": ["b"]}, True),
    ],
)
def test_lists_that_are_sets_may_stand_in_another_order(before: Any, after: Any, *, is_refused: bool) -> None:
    one, other = ({"topic_arn": TOPIC_ARN, "filter_policy": json.dumps(each)} for each in (before, after))
    assert bool(changed("aws_sns_topic_subscription", one, other, TOPIC)) is is_refused


# Whose something is


@pytest.mark.parametrize(
    ("place", "is_own"),
    [
        (TOPIC_ARN, True),
        (f"arn:aws:sns:us-east-1:{ACCOUNT}:u", False),
        ("arn:aws:s3:::b", True),
        ("arn:aws:s3:::b/path/*", True),
        ("arn:aws:s3:::named", True),
        ("arn:aws:s3:::t", False),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/group:*", True),
        (f"arn:aws:iam::{ACCOUNT}:role/path/there", True),
        (f"arn:aws:iam::{FOREIGN}:role/there", False),
        (f"arn:aws:iam::{FOREIGN}:role/named", True),
        (ROOT_ARN, False),
        (ACCOUNT, True),
        (FOREIGN, False),
        ("b/path", True),
        ("https://hooks.example/x", True),
        ("https://hooks.example/y", False),
        ("https://git.example/acme/x.git", True),
        ("b://elsewhere", False),
    ],
)
def test_a_place_is_of_the_stack_by_its_kind_and_its_name(place: str, *, is_own: bool) -> None:
    group = same("aws_cloudwatch_log_group.g", {"name": "/aws/group", "id": "/aws/group"})
    # What belongs to another has the name of that as its ID.
    guardian = same("aws_s3_bucket_versioning.theirs", {"bucket": "theirs", "id": "theirs"})
    texts = {"named", "https://hooks.example/x", "https://git.example/acme/x", f"arn:aws:iam::{FOREIGN}:role/named"}
    made = resource("aws_cloudwatch_event_target.x", None, target(place))
    found = consents(BUCKET, TOPIC, RULE, group, guardian, made, surroundings={"spec_texts": lambda: frozenset(texts)})
    assert ("widen:aws_cloudwatch_event_target.x" not in found) is is_own


def test_an_amount_that_nobody_wrote_down_may_come_and_must_be_known() -> None:
    days = "deletion_window_in_days"
    assert changed("aws_kms_key", {}, {days: 30}) == []
    assert changed("aws_kms_key", {}, {}, unknown={days: True}) == [
        "loosens days in which its deletion can be undone: deletion_window_in_days becomes (known after apply)"
    ]
    vault = same("aws_backup_vault.v", {"name": "v"})
    held = resource("aws_backup_vault_lock_configuration.l", None, {"backup_vault_name": "v", "min_retention_days": 7})
    assert reasons(vault, held) == []


def test_a_trigger_that_names_no_event_starts_on_anything() -> None:
    empty = {**WATCHING, "trigger": [{"git_configuration": [{"source_action_name": "a"}]}]}
    assert "starts on what its triggers say: [" in changed("aws_codepipeline", WATCHING, empty)[0]
    unknown = changed("aws_codepipeline", WATCHING, WATCHING, unknown={"trigger": True})
    assert unknown == ["starts on what its triggers say: known only after apply; before: push branches dev"]


def test_a_first_queue_of_what_could_not_be_told_is_one_of_the_stack() -> None:
    frame = {"queue_url": "https://q"}
    there = json.dumps({"deadLetterTargetArn": QUEUE_ARN})
    assert changed("aws_sqs_queue_redrive_policy", frame, frame | {"redrive_policy": there}, QUEUE) == []
