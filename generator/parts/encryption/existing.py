"""A key that exists, and what its policy must allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.parts.encryption.module import services
from generator.parts.framework.existing import Document, Existing, allow, policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

_USE: Final = ("kms:Decrypt", "kms:GenerateDataKey")
_LOGS: Final = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)


def existing(scope: Scope, asked: Contribution) -> Iterator[Existing]:
    """Yield the key."""
    encryption = scope.spec.encryption
    if encryption is None or encryption.arn is None:
        return
    title = "Its key policy must hold these statements, or wider ones."
    document = Document(title, policy(_statements(scope, asked)))
    yield Existing("KMS key", encryption.arn, "encrypts artifacts, logs and messages", "encryption.arn", (document,))


def _statements(scope: Scope, asked: Contribution) -> Iterator[dict[str, Any]]:
    names, this = scope.names, ("*",)
    root = {"AWS": names.global_arn("iam", "root")}
    # Which roles may use it, the IAM policies of the account then say.
    yield allow("AccountUsesKey", (*_USE, "kms:DescribeKey"), this, Principal=root)
    if asked.log_groups:
        condition = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": sorted(asked.log_groups)}}
        service = {"Service": f"logs.{names.region}.{names.dns_suffix}"}
        yield allow("LogsUseKey", (f"kms:{each}" for each in _LOGS), this, Principal=service, Condition=condition)
    publishers = services(asked)
    if publishers:
        condition = {"StringEquals": {"aws:SourceAccount": [names.account]}}
        yield allow("PublishersUseKey", _USE, this, Principal={"Service": publishers}, Condition=condition)
    if asked.topics:
        condition = {"ArnEquals": {"kms:EncryptionContext:aws:sns:topicArn": sorted(asked.topics)}}
        yield allow("EventsUseKey", _USE, this, Principal={"Service": "events.amazonaws.com"}, Condition=condition)
