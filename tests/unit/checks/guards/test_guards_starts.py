"""Guards on what starts a build, on what tells somebody, and on who reaches whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from guard_plans import ACCOUNT, consents, refused, resource, same

MOST = dict[str, Any]
PROJECT = same(
    "aws_codebuild_project.p", {"name": "p", "id": "p", "arn": f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p"}
)
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:t"
TOPIC = same("aws_sns_topic.t", {"arn": TOPIC_ARN, "id": TOPIC_ARN, "name": "t"})


def hook(*groups: Any, **more: Any) -> MOST:
    """Write a webhook: each group is a mapping of types to patterns; `!TYPE` excludes."""
    blocks = [
        {"filter": [{"type": kind.lstrip("!"), "pattern": text, "exclude_matched_pattern": kind.startswith("!")}
                    for kind, text in group.items()]}
        for group in groups
    ]  # fmt: skip
    return {"project_name": "p", "filter_group": blocks, **more}


PUSH = {"EVENT": "PUSH", "HEAD_REF": "^refs/heads/main$", "ACTOR_ACCOUNT_ID": "^(?:1|2)$"}


@pytest.mark.parametrize(
    ("after", "is_refused"),
    [
        (hook(PUSH), False),
        (hook(dict(reversed(PUSH.items()))), False),
        (hook(PUSH | {"ACTOR_ACCOUNT_ID": "^1$"}), False),
        (hook(PUSH | {"!FILE_PATH": "^docs/"}), False),
        (hook(PUSH, PUSH | {"FILE_PATH": "^src/"}), False),
        (hook({key: text for key, text in PUSH.items() if key != "ACTOR_ACCOUNT_ID"}), True),
        (hook({key: text for key, text in PUSH.items() if key != "HEAD_REF"}), True),
        (hook(PUSH | {"ACTOR_ACCOUNT_ID": "^(?:1|2|3)$"}), True),
        (hook(PUSH | {"ACTOR_ACCOUNT_ID": "1|2"}), True),
        (hook(PUSH | {"ACTOR_ACCOUNT_ID": "^1|2$"}), True),
        (hook(PUSH | {"EVENT": "PUSH, PULL_REQUEST_CREATED"}), True),
        (hook(PUSH | {"HEAD_REF": ".*"}), True),
        (hook(PUSH, {"EVENT": "RELEASED"}), True),
        (hook(), True),
        (hook(PUSH, branch_filter=".*"), True),
        (hook(PUSH, build_type="BUILD_BATCH"), True),
        (hook(PUSH, scope_configuration=[{"scope": "GITHUB_ORGANIZATION"}]), True),
    ],
)
def test_a_webhook_starts_no_more_than_it_did(after: MOST, *, is_refused: bool) -> None:
    before = hook(PUSH, build_type="BUILD")
    change = resource("aws_codebuild_webhook.w", before, {"build_type": "BUILD", **after})
    found = refused(PROJECT, change)
    assert bool(found) is is_refused
    assert all(each.kind == "widen" and "before: " in each.reason for each in found)


def test_what_is_excluded_may_grow_and_not_shrink() -> None:
    def excluding(pattern: str) -> MOST:
        return hook(PUSH | {"!FILE_PATH": pattern})

    assert refused(PROJECT, resource("aws_codebuild_webhook.w", excluding("^(?:a|b)$"), excluding("^(?:a|b|c)$"))) == []
    assert refused(PROJECT, resource("aws_codebuild_webhook.w", excluding("^(?:a|b)$"), excluding("^a$")))


@pytest.mark.parametrize(
    "unknown",
    [
        {"filter_group": True},
        {"filter_group": [True]},
        {"filter_group": [{"filter": True}]},
        {"filter_group": [{"filter": [True]}]},
        {"filter_group": [{"filter": [{"pattern": True}]}]},
        {"filter_group": [{"filter": [{"exclude_matched_pattern": True}]}]},
    ],
    ids=str,
)
def test_filters_that_are_not_known_start_on_anything(unknown: MOST) -> None:
    change = resource("aws_codebuild_webhook.w", hook(PUSH), hook(PUSH), unknown=unknown)
    assert consents(PROJECT, change) == ["widen:aws_codebuild_webhook.w"]


def test_a_new_webhook_of_a_project_that_exists_keeps_strangers_out() -> None:
    def new(*groups: MOST) -> list[str]:
        return consents(PROJECT, resource("aws_codebuild_webhook.w", None, hook(*groups)))

    refusal = ["widen:aws_codebuild_webhook.w"]
    assert new({"EVENT": "PUSH", "ACTOR_ACCOUNT_ID": "^1$"}) == []
    assert new({"EVENT": "PUSH", "ACTOR_ACCOUNT_ID": "^(?:1|2)$"}, {"EVENT": "PUSH", "ACTOR_ACCOUNT_ID": "^3$"}) == []
    assert new({"EVENT": "PUSH"}) == refusal
    assert new({"EVENT": "PUSH", "ACTOR_ACCOUNT_ID": ".*"}) == refusal
    assert new({"EVENT": "PUSH", "!ACTOR_ACCOUNT_ID": "^1$"}) == refusal
    assert new({"EVENT": "PULL_REQUEST_CREATED", "ACTOR_ACCOUNT_ID": "^1$"}) == refusal
    assert new({"EVENT": "PUSH, PULL_REQUEST_CREATED", "ACTOR_ACCOUNT_ID": "^1$"}) == refusal
    assert new({"ACTOR_ACCOUNT_ID": "^1$"}) == refusal
    assert new() == refusal
    closed = hook({"EVENT": "PUSH", "ACTOR_ACCOUNT_ID": "^1$"}, scope_configuration=[{"scope": "GITHUB_ORGANIZATION"}])
    assert consents(PROJECT, resource("aws_codebuild_webhook.w", None, closed)) == refusal
    fresh = resource("aws_codebuild_project.p", None, {"name": "p"})
    assert refused(fresh, resource("aws_codebuild_webhook.w", None, hook())) == []


# Pipelines


def action(name: str, category: str, **more: Any) -> MOST:
    return {"name": name, "category": category, "owner": "AWS", "provider": "x", "version": "1", **more}


def pipeline(*stages: Any, **more: Any) -> MOST:
    return {"name": "l", "id": "l", "role_arn": "r", "pipeline_type": "V2",
            "stage": [{"name": name, "action": list(actions), **extra} for name, actions, extra in stages], **more}  # fmt: skip


SOURCE: tuple[str, list[MOST], MOST] = (
    "Source",
    [action("Source", "Source", configuration={"BranchName": "main", "DetectChanges": "true"})],
    {},
)
APPROVE: tuple[str, list[MOST], MOST] = ("Approve", [action("Approve", "Approval")], {})
DEPLOY: tuple[str, list[MOST], MOST] = (
    "Deploy",
    [action("Deploy", "Deploy", configuration={"BucketName": "live"})],
    {},
)
WHOLE = (SOURCE, APPROVE, DEPLOY)


def moved(before: MOST, after: MOST, **more: Any) -> list[str]:
    return [each.reason for each in refused(resource("aws_codepipeline.l", before, after, **more))]


@pytest.mark.parametrize(
    "stages",
    [
        (SOURCE, DEPLOY),
        (SOURCE, DEPLOY, APPROVE),
        (SOURCE, APPROVE),
        (SOURCE,),
        (SOURCE, ("Deploy", [action("Approve", "Approval", run_order=2), DEPLOY[1][0] | {"run_order": 1}], {})),
        (SOURCE, ("Early", [action("Other", "Deploy")], {}), APPROVE, DEPLOY),
    ],
    ids=["gone", "behind", "nothing to deploy", "both gone", "later in its stage", "a way round it"],
)
def test_an_approval_stays_before_what_it_was_before(stages: Any) -> None:
    if stages == (SOURCE, APPROVE):
        assert moved(pipeline(*WHOLE), pipeline(*stages)) == []
        return
    found = moved(pipeline(*WHOLE), pipeline(*stages))
    assert any("approval" in reason for reason in found), found


def test_an_approval_may_stand_in_the_same_stage() -> None:
    both: tuple[str, list[MOST], MOST] = (
        "Deploy",
        [action("Approve", "Approval", run_order=1), DEPLOY[1][0] | {"run_order": 2}],
        {},
    )
    assert moved(pipeline(*WHOLE), pipeline(SOURCE, both)) == []
    more: tuple[str, list[MOST], MOST] = ("Test", [action("Test", "Build")], {})
    assert moved(pipeline(*WHOLE), pipeline(SOURCE, more, APPROVE, DEPLOY)) == []


@pytest.mark.parametrize(
    ("name", "after", "is_refused"),
    [
        ("configuration", {"BranchName": "other", "DetectChanges": "true"}, True),
        ("configuration", {"BranchName": "main", "DetectChanges": "false"}, False),
        ("configuration", {}, True),
        ("provider", "y", True),
        ("role_arn", "somebody", True),
        ("region", "eu-west-1", True),
        ("run_order", 3, False),
    ],
)
def test_an_action_does_what_it_did(name: str, after: Any, *, is_refused: bool) -> None:
    changed: tuple[str, list[MOST], MOST] = ("Source", [SOURCE[1][0] | {name: after}], {})
    assert bool(moved(pipeline(*WHOLE), pipeline(changed, APPROVE, DEPLOY))) is is_refused


@pytest.mark.parametrize("mark", [True, [True], [{"action": True}], [{"action": [True]}], [{"action": [{"configuration": True}]}]], ids=str)  # fmt: skip
def test_stages_that_are_not_known_run_anything(mark: Any) -> None:
    assert moved(pipeline(*WHOLE), pipeline(*WHOLE), unknown={"stage": mark})


def rule_of(provider: str, **more: Any) -> MOST:
    return {"name": "x", "rule_type_id": [{"provider": provider}], **more}


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        ({}, {"on_failure": [{"result": "ROLLBACK"}]}, False),
        ({}, {"on_failure": [{"result": "SKIP"}]}, True),
        ({}, {"before_entry": [{"condition": [{"result": "FAIL"}]}]}, False),
        ({}, {"before_entry": [{"condition": [{"result": "FAIL", "rule": [rule_of("DeploymentWindow")]}]}]}, False),
        ({}, {"before_entry": [{"condition": [{"result": "SKIP", "rule": [rule_of("VariableCheck")]}]}]}, True),
        ({}, {"before_entry": [{"condition": [{"result": "FAIL", "rule": [rule_of("LambdaInvoke")]}]}]}, True),
        (
            {},
            {"before_entry": [{"condition": [{"result": "FAIL", "rule": [rule_of("CloudWatchAlarm", role_arn="r")]}]}]},
            True,
        ),
        (
            {},
            {"before_entry": [{"condition": [{"result": "FAIL", "rule": [rule_of("Commands", commands=["x"])]}]}]},
            True,
        ),
        ({"before_entry": [{"condition": [{"result": "FAIL"}]}]}, {}, True),
        ({"on_failure": [{"result": "ROLLBACK"}]}, {"on_failure": [{"result": "FAIL"}]}, True),
    ],
)
def test_conditions_of_a_stage_stay(before: MOST, after: MOST, *, is_refused: bool) -> None:
    old, new = ((DEPLOY[0], DEPLOY[1], extra) for extra in (before, after))
    assert bool(moved(pipeline(SOURCE, APPROVE, old), pipeline(SOURCE, APPROVE, new))) is is_refused
    unknown = {"stage": [{}, {}, {"before_entry": True}]}
    assert moved(pipeline(SOURCE, APPROVE, old), pipeline(SOURCE, APPROVE, old), unknown=unknown)


def trigger(**git: Any) -> list[Any]:
    return [{"provider_type": "CodeStarSourceConnection", "git_configuration": [git] if git else []}]


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        ([], trigger(push=[{"branches": [{"includes": ["main"]}]}]), False),
        ([], trigger(push=[{"branches": [{"includes": ["main", "other"]}]}]), True),
        ([], trigger(push=[{"tags": [{"includes": ["v*"]}]}]), True),
        ([], trigger(push=[{"file_paths": [{"includes": ["src"]}]}]), True),
        ([], trigger(pull_request=[{"events": ["OPEN"]}]), True),
        ([], trigger(), True),
        (trigger(push=[{"branches": [{"includes": ["main"]}]}]), [], True),
    ],
)
def test_a_pipeline_starts_on_no_more_than_it_did(before: Any, after: Any, *, is_refused: bool) -> None:
    assert bool(moved(pipeline(*WHOLE, trigger=before), pipeline(*WHOLE, trigger=after))) is is_refused


def test_a_trigger_that_is_not_known_starts_on_anything() -> None:
    for mark in (
        True,
        [True],
        [{"git_configuration": True}],
        [{"git_configuration": [True]}],
        [{"git_configuration": [{"push": [True]}]}],
    ):
        after = pipeline(*WHOLE, trigger=trigger(push=[{}]))
        assert moved(pipeline(*WHOLE, trigger=[]), after, unknown={"trigger": mark}), mark
    assert moved(pipeline(*WHOLE), pipeline(*WHOLE, pipeline_type="V1"))
    assert moved(pipeline(*WHOLE), pipeline(*WHOLE, role_arn="another"))


# Events


def rule(pattern: Any, **more: Any) -> MOST:
    return {"name": "e", "id": "e", "event_pattern": pattern if pattern is None else json.dumps(pattern), **more}


def target(arn: str) -> MOST:
    return same("aws_cloudwatch_event_target.x", {"rule": "e", "target_id": "x", "arn": arn})


BUILT = {"source": ["aws.codebuild"], "detail": {"build-status": ["FAILED"], "project-name": ["p"]}}


def told(after: Any, arn: str = TOPIC_ARN, **more: Any) -> list[str]:
    change = resource("aws_cloudwatch_event_rule.e", rule(BUILT), rule(after), **more)
    return [each.reason for each in refused(PROJECT, TOPIC, change, target(arn))]


def test_a_rule_passes_on_what_it_did() -> None:
    def detail(**more: Any) -> MOST:
        return BUILT | {"detail": BUILT["detail"] | more}  # type: ignore[operator]  # a mapping

    assert told(detail(**{"project-name": ["p", "q"]})) == []
    assert "no longer passes on FAILED" in told(detail(**{"build-status": ["STOPPED"]}))[0]
    assert "passes on only some of the events, by detail.more" in told(detail(more=["x"]))[0]
    assert "passes on no events any more" in told(None)[0]
    assert "known after apply" in told(None, unknown={"event_pattern": True})[0]
    assert told({"source": ["aws.codebuild"]}) == []


def test_a_rule_that_starts_something_starts_it_no_more_often() -> None:
    arn = f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p"
    more = {"source": ["aws.codebuild", "aws.s3"], "detail": BUILT["detail"]}
    assert told(more) == []
    assert told(more, arn) == ["starts on aws.s3 too"]
    assert told({"source": ["aws.codebuild"]}, arn) == [
        "starts on any detail.build-status, any detail.project-name too"
    ]
    assert told(BUILT, "nonsense") == []


def test_a_pattern_that_cannot_be_read_passes_on_something_else() -> None:
    change = resource("aws_cloudwatch_event_rule.e", rule(None, event_pattern="{"), rule(BUILT))
    assert consents(TOPIC, change, target(TOPIC_ARN)) == ["unprotect:aws_cloudwatch_event_rule.e"]


def test_a_member_that_goes_with_its_project_is_no_loss() -> None:
    gone = resource("aws_codebuild_project.q", {"name": "q", "id": "q"}, None)
    before = BUILT | {"detail": {"project-name": ["p", "q"]}}
    after = BUILT | {"detail": {"project-name": ["p"]}}
    change = resource("aws_cloudwatch_event_rule.e", rule(before), rule(after))
    assert consents(PROJECT, gone, change, target(TOPIC_ARN)) == []


def test_a_rule_that_goes_is_a_loss_where_it_told_somebody() -> None:
    gone = resource("aws_cloudwatch_event_rule.e", rule(BUILT), None)

    def with_target(arn: str, *more: MOST) -> list[str]:
        values = {"rule": "e", "target_id": "x", "arn": arn}
        return consents(gone, resource("aws_cloudwatch_event_target.x", values, None), *more)

    assert with_target(TOPIC_ARN, TOPIC) == ["unprotect:aws_cloudwatch_event_rule.e"]
    assert with_target(f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p") == [
        "unprotect:aws_cloudwatch_event_target.x"
    ]
    assert "unprotect:aws_cloudwatch_event_rule.e" not in with_target(
        TOPIC_ARN, resource("aws_sns_topic.t", {"arn": TOPIC_ARN}, None)
    )


# Alarms


def alarm(**more: Any) -> MOST:
    return {"alarm_name": "a", "comparison_operator": "GreaterThanThreshold", "threshold": 1,
            "alarm_actions": [TOPIC_ARN], "dimensions": {"ProjectName": "p"}, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("after", "unknown", "is_refused"),
    [
        (alarm(threshold=5), {}, True),
        (alarm(threshold=0), {}, False),
        (alarm(threshold=None), {}, True),
        (alarm(threshold=None), {"threshold": True}, True),
        (alarm(comparison_operator="LessThanThreshold"), {}, True),
        (alarm(alarm_actions=[]), {}, True),
        (alarm(alarm_actions=[None]), {"alarm_actions": [True]}, True),
        (alarm(alarm_actions=[TOPIC_ARN, "b"]), {}, False),
        (alarm(evaluation_periods=1), {}, False),
        (alarm(dimensions={"ProjectName": "q"}), {}, True),
    ],
)
def test_an_alarm_goes_off_no_later(after: MOST, unknown: MOST, *, is_refused: bool) -> None:
    assert (
        bool(refused(PROJECT, resource("aws_cloudwatch_metric_alarm.a", alarm(), after, unknown=unknown))) is is_refused
    )


def test_an_alarm_below_a_threshold_is_loosened_downwards() -> None:
    low = alarm(comparison_operator="LessThanThreshold")
    assert refused(PROJECT, resource("aws_cloudwatch_metric_alarm.a", low, low | {"threshold": 0}))
    assert refused(PROJECT, resource("aws_cloudwatch_metric_alarm.a", low, low | {"threshold": 2})) == []


def test_an_alarm_may_tell_by_one_that_watches_it() -> None:
    change = resource("aws_cloudwatch_metric_alarm.a", alarm(), alarm(alarm_actions=[]))

    def composite(**more: Any) -> MOST:
        values = {"alarm_name": "c", "alarm_rule": 'ALARM("a") OR ALARM("b")', "alarm_actions": [TOPIC_ARN], **more}
        return resource("aws_cloudwatch_composite_alarm.c", None, values)

    assert refused(PROJECT, change, composite()) == []
    assert refused(PROJECT, change, composite(alarm_rule='ALARM("b")'))
    assert refused(PROJECT, change, composite(actions_enabled=False))


def test_an_alarm_goes_only_with_what_it_watches() -> None:
    gone = resource("aws_cloudwatch_metric_alarm.a", alarm(), None)
    assert consents(PROJECT, gone) == ["unprotect:aws_cloudwatch_metric_alarm.a"]
    assert consents(resource("aws_codebuild_project.p", {"name": "p"}, None), gone) == []


# Networks

GROUP = same("aws_security_group.g", {"id": "sg-1", "arn": "arn", "ingress": [], "egress": []})


def way(kind: str, **values: Any) -> MOST:
    unknown = {name: True for name, value in values.items() if value is True}
    held = {name: value for name, value in values.items() if value is not True}
    return resource(
        f"aws_vpc_security_group_{kind}_rule.w", None, {"security_group_id": "sg-1", **held}, unknown=unknown
    )


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        (way("ingress", cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=22, to_port=22), True),
        (way("ingress", cidr_ipv6="::/0", ip_protocol="-1"), True),
        (way("ingress", cidr_ipv4="10.0.0.0/8", ip_protocol="tcp", from_port=1, to_port=2), True),
        (way("ingress", referenced_security_group_id="sg-1", ip_protocol="-1"), False),
        (way("ingress", referenced_security_group_id=True, ip_protocol="-1"), True),
        (way("egress", cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=443, to_port=443), False),
        (way("egress", cidr_ipv4="0.0.0.0/0", ip_protocol="-1"), True),
        (way("egress", cidr_ipv4=True, ip_protocol="tcp"), True),
    ],
)
def test_a_new_way_into_what_exists_is_refused(change: MOST, *, is_refused: bool) -> None:
    assert bool([each for each in refused(GROUP, change) if each.kind == "widen"]) is is_refused


def test_a_way_that_was_open_stays_open() -> None:
    def block(**more: Any) -> MOST:
        return {"cidr_blocks": ["10.0.0.0/8"], "protocol": "tcp", "from_port": 1, "to_port": 9, **more}

    def group(*blocks: MOST) -> MOST:
        return {"id": "sg-1", "ingress": list(blocks), "egress": []}

    def changed(*after: MOST) -> list[str]:
        return consents(resource("aws_security_group.g", group(block()), group(*after)))

    assert changed(block(cidr_blocks=["10.1.0.0/16"], from_port=2)) == []
    assert changed(block(to_port=10)) == ["widen:aws_security_group.g"]
    assert changed(block(cidr_blocks=["fd00::/8"])) == ["widen:aws_security_group.g"]
    assert changed(block(cidr_blocks=["pl-1"])) == ["widen:aws_security_group.g"]
    assert changed(block(), block(cidr_blocks=[], self=True)) == []
    assert changed(block(protocol="-1")) == ["widen:aws_security_group.g"]
    same_way = resource("aws_security_group_rule.r", None, {"type": "ingress", "security_group_id": "sg-1", **block()})
    assert consents(resource("aws_security_group.g", group(block()), group()), same_way) == []


def test_ways_that_are_not_known_are_open_to_anybody() -> None:
    before = {"id": "sg-1", "ingress": [], "egress": []}
    change = resource("aws_security_group.g", before, {"id": "sg-1"}, unknown={"ingress": True})
    assert consents(change) == ["widen:aws_security_group.g"]
    configured = {"mode": "managed", "type": "aws_security_group", "name": "g", "expressions": {"name": {}}}
    assert consents(change, configuration={"root_module": {"resources": [configured]}}) == []
    part = resource("aws_security_group.g", before, {"id": "sg-1", "ingress": [{"protocol": "tcp"}]},
                    unknown={"ingress": [{"cidr_blocks": [True]}]})  # fmt: skip
    assert consents(part) == ["widen:aws_security_group.g"]


def test_a_new_group_is_open_to_whom_it_says_but_not_to_everybody() -> None:
    new = resource("aws_security_group.n", None, {"name": "n"}, unknown={"id": True})
    near = way("ingress", cidr_ipv4="10.0.0.0/8", ip_protocol="tcp", from_port=1, to_port=2)
    for each in (near, way("ingress", cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=1, to_port=1)):
        each["change"]["after"].pop("security_group_id")
        each["change"]["after_unknown"]["security_group_id"] = True
        refers = {"security_group_id": {"references": ["aws_security_group.n.id", "aws_security_group.n"]}}
        configured = {"mode": "managed", "type": each["type"], "name": "w", "expressions": refers}
        found = consents(new, each, configuration={"root_module": {"resources": [configured]}})
        assert bool(found) is (each is not near)
