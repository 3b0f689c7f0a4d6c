"""A bucket's EventBridge notifications in the sandbox: moto keeps and sends them, and forgets to tell of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from moto.s3.responses import S3Response

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = tuple[int, dict[str, str], str]

# The root of the answer, empty or not: where one more element goes.
_END: Final = re.compile(r"(<NotificationConfiguration[^>]*?)(?:/>|>(.*)</NotificationConfiguration>)", re.DOTALL)
_TOLD: Final = r"\1>\2<EventBridgeConfiguration/></NotificationConfiguration>"


def install() -> None:
    """Tell of EventBridge from here on."""
    wrap(S3Response, "get_bucket_notification", _get)


def _get(otherwise: Callable[[S3Response], Answer]) -> Callable[[S3Response], Answer]:
    def get_bucket_notification(response: S3Response) -> Answer:
        status, headers, body = otherwise(response)
        kept = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if kept is None or kept.event_bridge is None:
            return status, headers, body
        return status, headers, _END.sub(_TOLD, body)

    return get_bucket_notification
