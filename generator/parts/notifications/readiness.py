"""Whether those who are to be told have confirmed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.errors import SandboxError
from generator.readback.need import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation

_REMEDIES: Final = {
    "email": "open the message from AWS and follow its link",
    "https": "let the endpoint answer the request that SNS sends it",
}


def needs(expected: Expectation) -> Iterator[Need]:
    """Look at the subscriptions that somebody has to confirm."""
    section = expected.spec.notifications
    if section is None or section.exists:
        return
    arn = expected.names.topic_arn
    wanted = {("email", each) for each in section.email} | {("https", each) for each in section.https}
    try:
        found = expected.clients.ask_all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
    except SandboxError as error:
        yield Need(f"Subscriptions of {expected.names.topic}", "unknown", str(error), spec_key="notifications")
        return
    known = {(each["Protocol"], each["Endpoint"]): each["SubscriptionArn"] for each in found}
    for protocol, address in sorted(wanted):
        subscription = known.get((protocol, address), "")
        # https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
        is_confirmed = subscription.startswith("arn:")
        yield Need(
            f"Subscription of {address}",
            "ready" if is_confirmed else "missing",
            "is confirmed" if is_confirmed else "is not confirmed" if subscription else "there is none",
            "" if is_confirmed else _REMEDIES[protocol] if subscription else "apply the stack",
            f"notifications.{protocol}",
        )
