"""A topic that exists, and what its policy must allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.parts.framework.contribution import BUDGETS, CLOUDWATCH, EVENTS
from generator.parts.framework.existing import Document, Existing, allow, policy
from generator.parts.notifications.module import alarm_arns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

_TITLE: Final = (
    "Its policy must hold these statements; where a key encrypts it, that key's policy must let the same services "
    "use it."
)
_SIDS: Final = {EVENTS: "EventsPublish", CLOUDWATCH: "AlarmsPublish", BUDGETS: "BudgetsPublish"}


def existing(scope: Scope, asked: Contribution) -> Iterator[Existing]:
    """Yield the topic."""
    section = scope.spec.notifications
    if section is None or section.topic_arn is None:
        return
    document = Document(_TITLE, policy(_statements(scope, asked, section.topic_arn)))
    yield Existing("SNS topic", section.topic_arn, "messages about the builds", "notifications.topic_arn", (document,))


def _statements(scope: Scope, asked: Contribution, arn: str) -> Iterator[dict[str, Any]]:
    names = scope.names
    sources = {
        CLOUDWATCH: alarm_arns(scope),
        BUDGETS: [names.global_arn("budgets", "*")],
    }
    for service in sorted(set(asked.publishers)):
        # EventBridge supports no condition in the policy of a topic.
        bound = (
            {}
            if service == EVENTS
            else {
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": [names.account]},
                    "ArnLike": {"aws:SourceArn": sources[service]},
                }
            }
        )
        yield allow(_SIDS[service], ("sns:Publish",), (arn,), Principal={"Service": service}, **bound)
