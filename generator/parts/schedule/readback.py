"""Reads back the schedules, and judges what their role may start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing
from generator.readback.roles import allowed, may_assume, policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.parts.schedule.section import Schedule
    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare every build's schedule, their group and their role with the spec."""
    names = expected.names
    asked = {key: build.schedule for key, build in sorted(expected.spec.builds.items()) if build.schedule}
    if not asked:
        return
    group = expected.clients.ask("scheduler", "get_schedule_group", Name=names.schedule_group)
    check = partial(Check, f"Schedule group {names.schedule_group}")
    yield check("exists", True, group is not None, "builds")  # noqa: FBT003  # a value like any other
    if group is None:
        return
    tags = expected.clients.ask("scheduler", "list_tags_for_resource", ResourceArn=group["Arn"]) or {}
    yield check("tags", expected.tags, tag_map(tags.get("Tags")), "tags")
    if expected.spec.notifications is not None:
        yield from _alarm(expected)
    for key, schedule in asked.items():
        yield from _schedule(expected, key, schedule)
    yield from _role(expected, asked)


def _alarm(expected: Expectation) -> Iterator[Check]:
    names = expected.names
    found = expected.clients.ask_all(
        "cloudwatch", "describe_alarms", "MetricAlarms", AlarmNames=[names.missed_schedules]
    )
    alarm = found[0] if found else {}
    check = partial(Check, f"alarm {names.missed_schedules}")
    yield check("metric", "InvocationDroppedCount", alarm.get("MetricName"), "notifications")
    yield check(
        "watches", names.schedule_group, next((one["Value"] for one in alarm.get("Dimensions", [])), None), "builds"
    )
    yield check("tells", [names.topic_arn], alarm.get("AlarmActions"), "notifications")


def _schedule(expected: Expectation, key: str, asked: Schedule) -> Iterator[Check]:
    names, at = expected.names, f"builds.{key}.schedule"
    found = expected.clients.ask("scheduler", "get_schedule", GroupName=names.schedule_group, Name=names.label(key))
    check = partial(Check, f"Schedule {names.schedule_group}/{names.label(key)}")
    yield check("exists", True, found is not None, at)  # noqa: FBT003  # as above
    if found is None:
        return
    yield check("expression", asked.expression, found["ScheduleExpression"], f"{at}.expression")
    yield check("time zone", asked.timezone, found.get("ScheduleExpressionTimezone"), f"{at}.timezone")
    window = found["FlexibleTimeWindow"].get("MaximumWindowInMinutes")
    yield check("window (minutes)", asked.flexible_window, window, f"{at}.flexible_window")
    target: dict[str, Any] = found["Target"]
    wanted = names.project_arn(key)
    if asked.build_type == "batch":
        wanted = f"arn:{names.partition}:scheduler:::aws-sdk:codebuild:startBuildBatch"
        yield check("names the project", True, names.projects[key] in target.get("Input", ""), at)  # noqa: FBT003  # as above
    yield check("starts", wanted, target["Arn"], f"{at}.build_type")
    retry = target.get("RetryPolicy", {})
    yield check("tries again", asked.retry_attempts, retry.get("MaximumRetryAttempts"), f"{at}.retry_attempts")
    age = retry.get("MaximumEventAgeInSeconds", 0) // 60
    yield check("tries for (minutes)", asked.maximum_event_age, age, f"{at}.maximum_event_age")
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    yield check("reports failures to", asked.dead_letter_queue, queue, f"{at}.dead_letter_queue")
    yield check("encryption key", expected.key_arn, found.get("KmsKeyArn") or "", "encryption")


def _role(expected: Expectation, asked: dict[str, Schedule]) -> Iterator[Check]:
    names, clients = expected.names, expected.clients
    check = partial(Check, f"IAM role {names.schedule_role}")
    role = (clients.ask("iam", "get_role", RoleName=names.schedule_role) or {}).get("Role")
    yield check("exists", True, role is not None, "builds")  # noqa: FBT003  # as above
    if role is None:
        return
    group = names.arn("scheduler", f"schedule-group/{names.schedule_group}")
    trust, service = role["AssumeRolePolicyDocument"], "scheduler.amazonaws.com"
    takers = ((group, names.account), (f"{group}-of-others", names.account), (group, "000000000000"))
    taken = [may_assume(trust, service, source, account) for source, account in takers]
    yield check("taken by its schedules, and no others", [True, False, False], taken, "builds")
    start = {"build": "codebuild:StartBuild", "batch": "codebuild:StartBuildBatch"}
    needed = [f"{start[each.build_type]} {names.project_arn(key)}" for key, each in asked.items()]
    foreign = [
        *(f"codebuild:StartBuild {names.project_arn(key)}" for key in names.projects if key not in asked),
        f"codebuild:StartBuild {names.arn('codebuild', 'project/of-others')}",
        f"codebuild:UpdateProject {names.project_arn(next(iter(asked)))}",
        f"iam:PassRole {names.global_arn('iam', f'role/{names.schedule_role}')}",
    ]
    documents = list(policies(clients, names.schedule_role))
    yield check("may", needed, allowed(documents, needed), "builds")
    yield check("may not", [], allowed(documents, foreign), "builds")
    yield check("tags", expected.tags, tag_map(role.get("Tags")), "tags")


def _not_default_name(thing: Mapping[str, Any]) -> bool:
    return bool(thing["Name"] != "default")


def _not_default(thing: Mapping[str, Any]) -> bool:
    return not thing.get("IsDefault") and not thing.get("DefaultForAz")


LISTINGS: Final = (
    Listing("schedule", "scheduler", "list_schedules", "Schedules", "Name"),
    Listing("schedule group", "scheduler", "list_schedule_groups", "ScheduleGroups", "Name", counts=_not_default_name),
)
