"""Module `encryption`: the stack's KMS key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.module import Module
from generator.parts.notifications import module as notifications

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


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


def encryption(spec: EnvironmentSpec, names: Names) -> Module | None:
    """Derive module `encryption`; None where the stack has no key."""
    if spec.encryption is None:
        return None
    arguments = EncryptionContext(
        alias=names.key_alias,
        account_id=spec.account,
        account_root_arn=names.global_arn("iam", "root"),
        logs_service=f"logs.{spec.region}.amazonaws.com",
        log_group_arns=log_group_arns(spec, names),
        publishers=publishers(spec),
        event_topic_arns=event_topic_arns(spec, names),
        deletion_window_days=spec.encryption.deletion_window_days,
        rotation_days=spec.encryption.rotation_days,
    )
    shape = EncryptionShape(
        logs=bool(arguments.log_group_arns),
        publishers=bool(arguments.publishers),
        events=bool(arguments.event_topic_arns),
    )
    return Module(arguments, shape)


def log_group_arns(spec: EnvironmentSpec, names: Names) -> list[str]:
    """Return the ARNs of all log groups that the key encrypts; without builds there are none."""
    if not spec.builds:
        return []
    groups = [names.log_group]
    managed = spec.network.managed if spec.network else None
    if managed is not None and managed.flow_logs.traffic != "NONE":
        groups.append(names.flow_log_group)
    return [names.arn("logs", f"log-group:{group}") for group in groups]


def publishers(spec: EnvironmentSpec) -> list[str]:
    """Return the service principals that write to an encrypted topic or queue of the stack, EventBridge left out.

    Each must be in the key's policy, or what it publishes is dropped without a word.
    """
    return [service for service in notifications.publishers(spec) if service != notifications.EVENTS]


def event_topic_arns(spec: EnvironmentSpec, names: Names) -> list[str]:
    """Return the ARNs of the encrypted topics that EventBridge publishes to.

    EventBridge is no ordinary publisher: where it writes to a topic, KMS sees neither aws:SourceAccount nor
    aws:SourceArn, so the key's policy is bound to the topics instead.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return [names.arn("sns", names.topic)] if spec.notifications is not None else []


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "encryption": ("encryption",),
    "encryption.alias": ("stack",),
    "encryption.account_id": ("account",),
    "encryption.account_root_arn": ("account", "region"),
    "encryption.logs_service": ("region",),
    "encryption.log_group_arns": ("stack", "region", "account", "builds", "network.managed.flow_logs"),
    "encryption.publishers": ("alarms", "budget", "notifications"),
    "encryption.event_topic_arns": ("notifications", "stack", "region", "account"),
    "encryption.deletion_window_days": ("encryption.deletion_window_days",),
    "encryption.rotation_days": ("encryption.rotation_days",),
    "shapes.encryption.logs": ("builds",),
    "shapes.encryption.events": ("notifications",),
    "shapes.encryption.publishers": ("alarms", "budget", "notifications"),
}
