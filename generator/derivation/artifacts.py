"""Module `artifacts`: the bucket that receives what the builds make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.module import Module

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class ArtifactsContext:
    """Arguments of module `artifacts`; None where its shape has no such argument."""

    bucket_name: str
    kms: bool
    bucket_key: bool
    archive_after_days: int | None
    archive_storage_class: str
    expire_after_days: int | None
    expire_noncurrent_after_days: int
    abort_uploads_after_days: int
    force_destroy: bool


@dataclass(frozen=True, slots=True)
class ArtifactsShape:
    """Features of module `artifacts`."""

    kms: bool
    archive: bool
    expire: bool


def artifacts(spec: EnvironmentSpec, names: Names) -> Module:
    """Derive module `artifacts`."""
    artifacts = spec.artifacts
    arguments = ArtifactsContext(
        bucket_name=names.bucket,
        kms=artifacts.encryption == "kms",
        bucket_key=artifacts.bucket_key,
        archive_after_days=artifacts.archive_after_days,
        archive_storage_class=artifacts.archive_storage_class,
        expire_after_days=artifacts.expire_after_days,
        expire_noncurrent_after_days=artifacts.expire_noncurrent_after_days,
        abort_uploads_after_days=artifacts.abort_uploads_after_days,
        force_destroy=artifacts.force_destroy,
    )
    shape = ArtifactsShape(
        kms=arguments.kms,
        archive=arguments.archive_after_days is not None,
        expire=arguments.expire_after_days is not None,
    )
    return Module(arguments, shape)


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "artifacts.bucket_name": ("artifacts.bucket", "stack", "account"),
    "artifacts.kms": ("artifacts.encryption",),
    "artifacts.bucket_key": ("artifacts.bucket_key",),
    "artifacts.archive_after_days": ("artifacts.archive_after_days",),
    "artifacts.archive_storage_class": ("artifacts.archive_storage_class",),
    "artifacts.expire_after_days": ("artifacts.expire_after_days",),
    "artifacts.expire_noncurrent_after_days": ("artifacts.expire_noncurrent_after_days",),
    "artifacts.abort_uploads_after_days": ("artifacts.abort_uploads_after_days",),
    "artifacts.force_destroy": ("artifacts.force_destroy",),
    "shapes.artifacts.archive": ("artifacts.archive_after_days",),
    "shapes.artifacts.expire": ("artifacts.expire_after_days",),
    "shapes.artifacts.kms": ("artifacts.encryption",),
}
