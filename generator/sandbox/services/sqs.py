"""SQS queues: an attribute that is not sent stays, and JSON is told as AWS tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.sqs.models import Queue

from generator.sandbox.seams import extend, wrap

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Treat attributes so from here on."""
    wrap(Queue, "_set_attributes", _keeping_the_policy)
    attributes: Any = Queue.__dict__["attributes"]
    extend(Queue, attributes=property(lambda queue: _compact(attributes.fget(queue))))


def _keeping_the_policy(otherwise: Callable[..., None]) -> Callable[..., None]:
    def set_attributes(queue: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
        # moto takes a policy that is not sent for one that is to go; a new queue has none yet.
        kept = {} if "_policy_json" not in queue.__dict__ else {"Policy": queue.policy}
        otherwise(queue, kept | attributes, now)

    return set_attributes


def _compact(attributes: dict[str, Any]) -> dict[str, Any]:
    # The provider compares it as text.
    told = attributes.get("RedrivePolicy")
    return attributes | ({"RedrivePolicy": json.dumps(json.loads(told), separators=(",", ":"))} if told else {})
