"""SNS topics: the attributes that moto keeps and does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import InvalidParameterValue
from moto.sns.responses import SNSResponse

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

_FEEDBACK: Final = tuple(
    f"{protocol}{what}"
    for protocol in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    for what in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
)
_UNTOLD: Final = ("ArchivePolicy", "FifoThroughputScope", "SignatureVersion", "TracingConfig", *_FEEDBACK)
_ALLOWED: Final = {"SignatureVersion": re.compile("[12]"), "TracingConfig": re.compile("Active|PassThrough")}


def install() -> None:
    """Tell these attributes from here on."""
    wrap(SNSResponse, "get_topic_attributes", _told)
    wrap(SNSResponse, "set_topic_attributes", _checked)


def _told(otherwise: Callable[[SNSResponse], ActionResult]) -> Callable[[SNSResponse], ActionResult]:
    def get_topic_attributes(response: SNSResponse) -> ActionResult:
        answer: Any = otherwise(response).result
        topic = response.backend.get_topic(answer["Attributes"]["TopicArn"])
        kept = {name: getattr(topic, camelcase_to_underscores(name), None) for name in _UNTOLD}
        return ActionResult({"Attributes": answer["Attributes"] | {key: value for key, value in kept.items() if value}})

    return get_topic_attributes


def _checked(otherwise: Callable[[SNSResponse], ActionResult]) -> Callable[[SNSResponse], ActionResult]:
    def set_topic_attributes(response: SNSResponse) -> ActionResult:
        name, value = (response._get_param(f"Attribute{part}") for part in ("Name", "Value"))  # noqa: SLF001  # moto's way to parameters
        if value and name in _ALLOWED and not _ALLOWED[name].fullmatch(value):
            raise InvalidParameterValue(f"Invalid parameter: {name}")
        return otherwise(response)

    return set_topic_attributes
