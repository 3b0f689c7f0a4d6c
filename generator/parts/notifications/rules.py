"""Rules of the messages about builds: who can hear them, and what reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.names import Names
from generator.model.rules.finding import Finding
from generator.model.rules.references import twice, unknown_builds
from generator.parts.connection.rules import foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.notifications.section import Notifications

_LISTS: Final = ("statuses", "phases", "email", "https", "sqs", "lambda", "subscriber_accounts")


def notifications(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The messages arrive, and somebody hears them."""
    section = spec.notifications
    if section is None:
        return
    yield from unknown_builds(("notifications", "builds"), section.builds, spec)
    for key in _LISTS:
        yield from twice(("notifications", key), listed(section, key))
    yield from _subscribers(spec, section)
    if section.topic_arn:
        # Targets of EventBridge and actions of alarms are topics of their own region.
        yield from foreign(("notifications", "topic_arn"), section.topic_arn, spec)


def listed(section: Notifications, key: str) -> list[str]:
    """Return the list below `key`, as the spec names it."""
    values: list[str] = list(getattr(section, "functions" if key == "lambda" else key))
    return values


def _subscribers(spec: EnvironmentSpec, section: Notifications) -> Iterator[Finding]:
    yield from _arns(spec, section)
    if spec.account in section.subscriber_accounts:
        at = ("notifications", "subscriber_accounts", section.subscriber_accounts.index(spec.account))
        yield Finding(at, "is the environment's own account", "remove it", "subscriber-own-account")
    if section.https_auto_confirms and not section.https:
        message = "there is no https address that could confirm"
        yield Finding(
            ("notifications", "https_auto_confirms"), message, "add https: […], or remove it", "confirms-nothing"
        )
    # Who tries things out in dev looks at the console anyway.
    heard = any(listed(section, key) for key in ("email", "https", "sqs", "lambda", "subscriber_accounts"))
    if not heard and not section.exists and spec.environment_class != "dev":
        yield Finding(
            ("notifications",),
            "nobody is subscribed, so nobody will hear of a failed build",
            "add email: [address], https, sqs or lambda; or subscribe to the topic by other means",
            "nobody-subscribed",
            "warning",
        )


def _arns(spec: EnvironmentSpec, section: Notifications) -> Iterator[Finding]:
    """SNS reaches what is in the topic's own account and region without anybody's confirmation."""
    here = Names.of("", spec).arn("", "").split(":")
    for key in ("sqs", "lambda"):
        for index, arn in enumerate(listed(section, key)):
            at, (_, partition, _, region, account, *_) = ("notifications", key, index), arn.split(":")
            if account != spec.account:
                message = f"belongs to account {account}; Terraform can subscribe only what is in {spec.account}"
                hint = f'subscribe it from its own account, and name that in subscriber_accounts: ["{account}"]'
                yield Finding(at, message, hint, "subscriber-account")
            elif partition != here[1]:
                message = f"is of partition {partition}, and {spec.region} is in {here[1]}"
                yield Finding(at, message, f"begin it with arn:{here[1]}", "subscriber-partition")
            elif region != spec.region:
                message = f"is in {region}, and the topic in {spec.region}"
                yield Finding(at, message, f"use one in {spec.region}", "subscriber-region")
