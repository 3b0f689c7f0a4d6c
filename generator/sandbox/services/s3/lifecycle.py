"""What S3 demands of lifecycle rules beyond their form.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import xmltodict
from moto.s3.exceptions import S3ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST_DAYS: Final = {"STANDARD_IA": 30, "ONEZONE_IA": 30}


class _RefusedRuleError(S3ClientError):
    code = "InvalidArgument"

    def __init__(self, message: str) -> None:
        super().__init__(message)


def check_lifecycle(body: bytes) -> None:
    """Refuse rules that AWS would refuse; malformed ones are left to others.

    Raises:
        S3ClientError: the first rule that is broken.
    """
    sent = (xmltodict.parse(body) or {}).get("LifecycleConfiguration") or {}
    rules = _listed(sent.get("Rule"))
    for number, times in Counter(rule.get("ID") for rule in rules).items():
        if number is not None and times > 1:
            raise _RefusedRuleError(f"Rule ID must be unique. Found same ID for more than one rule: {number}")
    for rule in rules:
        for fault in _faults(rule):
            raise _RefusedRuleError(fault)


def _faults(rule: dict[str, Any]) -> Iterator[str]:
    transitions = _listed(rule.get("Transition"))
    for transition in transitions:
        least = _LEAST_DAYS.get(transition.get("StorageClass", ""), 0)
        if int(transition.get("Days", least)) < least:
            yield (
                f"'Days' in Transition action must be greater than or equal to {least}"
                f" for storageClass '{transition['StorageClass']}'"
            )
    expiration = (rule.get("Expiration") or {}).get("Days")
    latest = max((int(transition["Days"]) for transition in transitions if "Days" in transition), default=-1)
    if expiration is not None and int(expiration) <= latest:
        yield (
            f"'Days' in the Expiration action for filter '{_told(rule)}' must be greater than 'Days' in the"
            " Transition action"
        )


def _told(rule: dict[str, Any]) -> str:
    chosen = rule.get("Filter") or {}
    chosen = chosen.get("And") or chosen
    return f"(prefix={chosen.get('Prefix') or rule.get('Prefix') or ''})"


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # XML of a request
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
