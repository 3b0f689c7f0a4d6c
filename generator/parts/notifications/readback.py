"""Reads back the topic: who may publish, who can encrypt, who hears it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.model.names import ALARMS
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.notifications.section import Notifications
    from generator.readback.expectation import Expectation

_ENCRYPTION: Final = ("Decrypt", "GenerateDataKey")


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the topic and what surrounds it with the spec; nothing where the spec has none."""
    section = expected.spec.notifications
    if section is None or section.exists:
        return
    arn = expected.names.topic_arn
    check = partial(Check, f"SNS topic {expected.names.topic}")
    found = expected.clients.ask("sns", "get_topic_attributes", TopicArn=arn)
    yield check("exists", True, found is not None, "notifications")  # noqa: FBT003  # a value like any other
    if found is None:
        return
    attributes = found["Attributes"]
    yield check("encryption key", expected.key_arn, attributes.get("KmsMasterKeyId", ""), "encryption")
    yield from _publishers(expected, check, arn, json.loads(attributes["Policy"]))
    yield from _subscribers(expected, check, arn, section)
    tags = (expected.clients.ask("sns", "list_tags_for_resource", ResourceArn=arn) or {}).get("Tags")
    yield check("tags", expected.tags, tag_map(tags), "tags")


def _sources(expected: Expectation) -> dict[str, str]:
    """Return the services that must be able to publish, each with what it publishes for."""
    names, spec, section = expected.names, expected.spec, expected.spec.notifications
    sources = {"events.amazonaws.com": names.arn("events", f"rule/{names.topic}")}
    watched = spec.alarms is not None and any(getattr(spec.alarms, kind) for kind in ALARMS)
    scheduled = any(build.schedule for build in spec.builds.values())
    if watched or scheduled or (section is not None and section.alarm_on_undelivered):
        sources["cloudwatch.amazonaws.com"] = names.arn("cloudwatch", f"alarm:{names.undelivered}")
    if spec.budget is not None and spec.budget.topic:
        sources["budgets.amazonaws.com"] = names.global_arn("budgets", f"budget/{names.prefix}")
    return sources


def _publishers(expected: Expectation, check: partial[Check], arn: str, policy: dict[str, Any]) -> Iterator[Check]:
    names, sources = expected.names, _sources(expected)

    def may(service: str, source: str, account: str, secure: str = "true") -> bool:
        context = {"aws:sourcearn": source, "aws:sourceaccount": account, "aws:securetransport": secure}
        return judge(policy, Call("sns:Publish", arn, service=service, context=context)) is Verdict.ALLOWED

    able = sorted(service for service, source in sources.items() if may(service, source, names.account))
    yield check("may publish", sorted(sources), able, "notifications")
    strangers = [
        may("cloudwatch.amazonaws.com", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:of-others", "000000000000"),
        may("budgets.amazonaws.com", "arn:aws:budgets::000000000000:budget/of-others", "000000000000"),
        *(may(service, source, names.account, secure="false") for service, source in sources.items()),
    ]
    yield check("strangers, or plain HTTP, may publish", False, any(strangers), "notifications")  # noqa: FBT003  # as above
    if expected.key_exists:
        yield check("may encrypt with the key", sorted(sources), _encrypters(expected, arn, sources), "encryption")


def _encrypters(expected: Expectation, arn: str, sources: dict[str, str]) -> list[str]:
    """Return the publishers that the key's policy lets encrypt for the topic, each with what KMS sees of it."""
    key_arn = expected.key_arn
    answer = expected.clients.ask("kms", "get_key_policy", KeyId=key_arn, PolicyName="default") or {}
    policy = json.loads(answer["Policy"])

    def may(service: str, source: str) -> bool:
        context = {"kms:encryptioncontext:aws:sns:topicarn": arn}
        if service != "events.amazonaws.com":  # of which KMS is told neither
            context |= {"aws:sourceaccount": expected.names.account, "aws:sourcearn": source}
        calls = (Call(f"kms:{action}", key_arn, service=service, context=context) for action in _ENCRYPTION)
        return all(judge(policy, call) is Verdict.ALLOWED for call in calls)

    return sorted(service for service, source in sources.items() if may(service, source))


def _subscribers(expected: Expectation, check: partial[Check], arn: str, section: Notifications) -> Iterator[Check]:
    found = expected.clients.ask_all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
    endpoints = [(one["Protocol"], one["Endpoint"]) for one in found]
    lists = {"email": section.email, "https": section.https, "sqs": section.sqs, "lambda": section.functions}
    for protocol, wanted in lists.items():
        subscribed = sorted(endpoint for kind, endpoint in endpoints if kind == protocol)
        if wanted or subscribed:
            yield check(f"{protocol} subscribers", sorted(wanted), subscribed, f"notifications.{protocol}")


LISTINGS: Final = (
    Listing("SNS topic", "sns", "list_topics", "Topics", "TopicArn"),
    Listing("SQS queue", "sqs", "list_queues", "QueueUrls"),
    Listing("EventBridge rule", "events", "list_rules", "Rules", "Name"),
)
