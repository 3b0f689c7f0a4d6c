"""What exists of part `artifacts`, and how it is taken over: notifications of a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.adoption.importable import of_bucket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.adoption.importable import Imports, Values


def _notification(answer: Mapping[str, Any], _: Values) -> object:
    return answer.keys() - {"ResponseMetadata"}


IMPORTS: Final[Imports] = {
    "aws_s3_bucket_notification": of_bucket("get_bucket_notification_configuration", _notification),
}
