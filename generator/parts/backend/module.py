"""Module `backend`: the bucket that keeps Terraform's states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class BackendContext:
    """Arguments of module `backend`; None where its shape has no such argument, and for the stack's own key."""

    bucket_name: str
    kms_key_arn: str | None
    expire_noncurrent_after_days: int
    keep_versions: int
    access_log_bucket_name: str | None
    access_log_prefix: str | None


@dataclass(frozen=True, slots=True)
class BackendShape:
    """Features of module `backend`."""

    access_logs: bool


def backend(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `backend`; None where the environment keeps no states."""
    spec, names = scope.spec, scope.names
    if spec.backend is None:
        return None
    logs = spec.backend.access_logs
    arguments = BackendContext(
        bucket_name=names.state_bucket,
        kms_key_arn=spec.backend.kms_key,
        expire_noncurrent_after_days=spec.backend.expire_noncurrent_after_days,
        keep_versions=spec.backend.keep_versions,
        access_log_bucket_name=logs.bucket if logs else None,
        access_log_prefix=f"{logs.prefix or names.state_bucket}/" if logs else None,
    )
    return Module(arguments, BackendShape(access_logs=logs is not None))


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "backend": ("backend",),
    "backend.bucket_name": ("backend.bucket", "stack", "account"),
    "backend.kms_key_arn": ("backend.kms_key", "encryption"),
    "backend.expire_noncurrent_after_days": ("backend.expire_noncurrent_after_days",),
    "backend.keep_versions": ("backend.keep_versions",),
    "backend.access_log_bucket_name": ("backend.access_logs.bucket",),
    "backend.access_log_prefix": ("backend.access_logs.prefix", "backend.bucket", "stack", "account"),
    "shapes.backend.access_logs": ("backend.access_logs",),
}
