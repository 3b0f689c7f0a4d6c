"""Module `encryption`: the stack's KMS key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.module import Module

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class EncryptionContext:
    """Arguments of module `encryption`."""

    alias: str
    account_root_arn: str
    logs_service: str
    log_group_arn: str
    deletion_window_days: int
    rotation_days: int


@dataclass(frozen=True, slots=True)
class EncryptionShape:
    """Module `encryption` has one shape: it is there, or it is not."""


def encryption(spec: EnvironmentSpec, names: Names) -> Module | None:
    """Derive module `encryption`; None where the stack has no key."""
    if spec.encryption is None:
        return None
    arguments = EncryptionContext(
        alias=names.key_alias,
        account_root_arn=names.global_arn("iam", "root"),
        logs_service=f"logs.{spec.region}.amazonaws.com",
        log_group_arn=names.arn("logs", f"log-group:{names.log_group}"),
        deletion_window_days=spec.encryption.deletion_window_days,
        rotation_days=spec.encryption.rotation_days,
    )
    return Module(arguments, EncryptionShape())


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "encryption": ("encryption",),
    "encryption.alias": ("stack",),
    "encryption.account_root_arn": ("account", "region"),
    "encryption.logs_service": ("region",),
    "encryption.log_group_arn": ("stack", "region", "account"),
    "encryption.deletion_window_days": ("encryption.deletion_window_days",),
    "encryption.rotation_days": ("encryption.rotation_days",),
}
