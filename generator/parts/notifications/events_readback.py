"""Reads back what reaches the topic: the EventBridge rules, and the queue of what could not be delivered."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.readback.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.parts.notifications.section import Notifications
    from generator.readback.expectation import Expectation

_EXECUTION: Final = {"IN_PROGRESS": "STARTED"}
_FAILED: Final = {"CLIENT_ERROR", "FAILED", "FAULT", "TIMED_OUT"}


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare rules, targets and queue with the spec; nothing where the spec has no topic."""
    section = expected.spec.notifications
    if section is not None:
        yield from _rules(expected, expected.names.topic_arn, section)
        yield from _queue(expected, section)


def _rules(expected: Expectation, arn: str, section: Notifications) -> Iterator[Check]:
    names = expected.names
    projects = sorted(names.projects[build] for build in section.builds or names.projects)
    announced: list[tuple[str, str, str, Sequence[str], str]] = [
        (names.topic, "Build State Change", "build-status", section.statuses, "statuses")
    ]
    if section.phases:
        announced.append((names.phase_rule, "Build Phase Change", "completed-phase-status", section.phases, "phases"))
    for name, kind, field, states, key in announced:
        check = partial(Check, f"EventBridge rule {name}")
        rule = expected.clients.ask("events", "describe_rule", Name=name) or {}
        pattern = json.loads(rule.get("EventPattern", "{}"))
        detail = pattern.get("detail", {})
        yield check("state", "ENABLED", rule.get("State"), f"notifications.{key}")
        yield check("event", [f"CodeBuild {kind}"], pattern.get("detail-type"), f"notifications.{key}")
        yield check("projects", projects, sorted(detail.get("project-name", [])), "notifications.builds")
        # What failed may have failed in more than one way.
        found = sorted({"FAILED" if state in _FAILED else state for state in detail.get(field, [])})
        yield check("states", sorted(states), found, f"notifications.{key}")
        yield from _target(expected, check, name, arn, section)
    if expected.spec.pipeline is not None:
        yield from _pipeline_rules(expected, arn, section)


def _pipeline_rules(expected: Expectation, arn: str, section: Notifications) -> Iterator[Check]:
    names = expected.names
    states = sorted(_EXECUTION.get(status, status) for status in section.statuses)
    wanted = [(names.pipeline_rule, "CodePipeline Pipeline Execution State Change", states)]
    if "FAILED" in section.statuses:
        wanted.append((names.action_rule, "CodePipeline Action Execution State Change", ["FAILED"]))
    for name, kind, announced in wanted:
        check = partial(Check, f"EventBridge rule {name}")
        rule = expected.clients.ask("events", "describe_rule", Name=name) or {}
        pattern = json.loads(rule.get("EventPattern", "{}"))
        detail = pattern.get("detail", {})
        yield check("state", "ENABLED", rule.get("State"), "notifications.statuses")
        yield check("event", [kind], pattern.get("detail-type"), "pipeline")
        yield check("pipeline", [names.pipeline], detail.get("pipeline"), "pipeline")
        yield check("states", announced, sorted(detail.get("state", [])), "notifications.statuses")
        yield from _target(expected, check, name, arn, section)


def _target(
    expected: Expectation, check: partial[Check], rule: str, arn: str, section: Notifications
) -> Iterator[Check]:
    targets = expected.clients.ask_all("events", "list_targets_by_rule", "Targets", Rule=rule)
    yield check("goes to", [arn], [target["Arn"] for target in targets], "notifications")
    for target in targets:
        queue = expected.names.arn("sqs", expected.names.undelivered)
        yield check("undelivered goes to", queue, target.get("DeadLetterConfig", {}).get("Arn"), "notifications")
        kind = "text" if "InputTransformer" in target else "event"
        yield check("message", section.message, kind, "notifications.message")
        retry = target.get("RetryPolicy", {})
        seconds = retry.get("MaximumEventAgeInSeconds")
        yield check("tried for (seconds)", section.retry_for * 60, seconds, "notifications.retry_for")
        yield check("tried again", section.retries, retry.get("MaximumRetryAttempts"), "notifications.retries")


def _queue(expected: Expectation, section: Notifications) -> Iterator[Check]:
    name = expected.names.undelivered
    check = partial(Check, f"SQS queue {name}")
    urls = expected.clients.ask_all("sqs", "list_queues", "QueueUrls", QueueNamePrefix=name)
    url = next((url for url in urls if url.rsplit("/", 1)[-1] == name), None)
    yield check("exists", True, url is not None, "notifications")  # noqa: FBT003  # as above
    if url is None:
        return
    answer = expected.clients.ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"]) or {}
    attributes, days = answer["Attributes"], section.keep_undelivered_days
    kept = int(attributes["MessageRetentionPeriod"])
    yield check("keeps (seconds)", days * 86400, kept, "notifications.keep_undelivered_days")
    encrypted = attributes.get("SqsManagedSseEnabled") == "true" or "KmsMasterKeyId" in attributes
    yield check("encrypted", True, encrypted, "notifications")  # noqa: FBT003  # as above
    policy, arn = json.loads(attributes.get("Policy", "{}")), attributes["QueueArn"]
    rules = [expected.names.topic, *([expected.names.phase_rule] if section.phases else [])]
    able = [rule for rule in (*rules, "of-others") if _may_send(expected, policy, arn, rule)]
    yield check("takes what rules could not deliver", rules, able, "notifications")
    yield check("tags", expected.tags, _queue_tags(expected, url), "tags")


def _may_send(expected: Expectation, policy: dict[str, Any], arn: str, rule: str) -> bool:
    context = {"aws:sourcearn": expected.names.arn("events", f"rule/{rule}"), "aws:securetransport": "true"}
    call = Call("sqs:SendMessage", arn, service="events.amazonaws.com", context=context)
    return judge(policy, call) is Verdict.ALLOWED


def _queue_tags(expected: Expectation, url: str) -> dict[str, str]:
    tags: dict[str, str] = (expected.clients.ask("sqs", "list_queue_tags", QueueUrl=url) or {}).get("Tags", {})
    return tags
