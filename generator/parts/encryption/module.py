"""Module `encryption`: the stack's KMS key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import EVENTS
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class EncryptionContext:
    """Arguments of module `encryption`."""

    alias: str
    account_id: str
    account_root_arn: str
    logs_service: str
    log_group_arns: list[str]
    publishers: list[str]
    event_topic_arns: list[str]
    deletion_window_days: int
    rotation_days: int


@dataclass(frozen=True, slots=True)
class EncryptionShape:
    """Features of module `encryption`: which AWS services use the key by themselves."""

    logs: bool
    publishers: bool
    events: bool


@dataclass(frozen=True, slots=True)
class KeyContext:
    """The key that encrypts: its ARN where it exists, None where module `encryption` makes it."""

    arn: str | None


def key(scope: Scope, _: Contribution) -> KeyContext | None:
    """Return the key that encrypts; None where AWS's own do."""
    return KeyContext(scope.spec.encryption.arn) if scope.spec.encryption else None


def is_of_builds(scope: Scope) -> bool:
    """Tell whether there is a key, for what builds make."""
    return scope.spec.encryption is not None and scope.spec.backend is None


def encryption(scope: Scope, asked: Contribution) -> Module | None:
    """Derive module `encryption`; None where the stack makes no key."""
    spec, names = scope.spec, scope.names
    if spec.encryption is None or spec.encryption.exists:
        return None
    arguments = EncryptionContext(
        alias=names.key_alias,
        account_id=spec.account,
        account_root_arn=names.global_arn("iam", "root"),
        logs_service=f"logs.{spec.region}.amazonaws.com",
        log_group_arns=sorted(asked.log_groups),
        publishers=services(asked),
        event_topic_arns=list(asked.topics),
        deletion_window_days=spec.encryption.deletion_window_days,
        rotation_days=spec.encryption.rotation_days,
    )
    shape = EncryptionShape(
        logs=bool(arguments.log_group_arns),
        publishers=bool(arguments.publishers),
        events=bool(arguments.event_topic_arns),
    )
    return Module(arguments, shape)


def services(asked: Contribution) -> list[str]:
    """Return the service principals that use the key by themselves, EventBridge left out.

    What publishes to the topic must be in the key's policy, or what it publishes is dropped without a word. EventBridge
    is no ordinary publisher: where it writes to a topic, KMS sees neither aws:SourceAccount nor aws:SourceArn, so the
    key's policy is bound to the topics instead.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    publishers = asked.publishers if asked.topics else ()
    return sorted({*publishers, *asked.services} - {EVENTS})


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "key": ("encryption",),
    "key.arn": ("encryption.arn",),
    "encryption": ("encryption",),
    "encryption.alias": ("stack", "names.key_alias"),
    "encryption.account_id": ("account",),
    "encryption.account_root_arn": ("account", "region"),
    "encryption.logs_service": ("region",),
    "encryption.log_group_arns": (
        "stack",
        "names.log_group",
        "region",
        "account",
        "builds",
        "network.managed.flow_logs",
    ),
    "encryption.publishers": ("alarms", "budget", "notifications"),
    "encryption.event_topic_arns": ("notifications", "stack", "names.topic", "region", "account"),
    "encryption.deletion_window_days": ("encryption.deletion_window_days",),
    "encryption.rotation_days": ("encryption.rotation_days",),
    "shapes.encryption.logs": ("builds",),
    "shapes.encryption.events": ("notifications",),
    "shapes.encryption.publishers": ("alarms", "budget", "notifications"),
}
