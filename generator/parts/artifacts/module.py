"""Module `artifacts`: the bucket that receives what the builds make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.builds.caches import S3_PREFIX, s3_path
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

# CodeBuild stores a cache again whenever its content changes; what nobody has stored for so long is of an old build.
_CACHE_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class ArtifactsContext:
    """Arguments of module `artifacts`; None where its shape has no such argument."""

    bucket_name: str
    account_id: str
    kms: bool
    bucket_key: bool
    archive_after_days: int | None
    archive_storage_class: str
    archive_prefixes: list[str]
    cache_prefix: str | None
    cache_expires_after_days: int
    log_prefixes: list[str]
    expire_after_days: int | None
    expire_noncurrent_after_days: int
    abort_uploads_after_days: int
    access_log_bucket_name: str | None
    access_logs_expire_after_days: int | None
    force_destroy: bool


@dataclass(frozen=True, slots=True)
class ArtifactsShape:
    """Features of module `artifacts`."""

    kms: bool
    archive: bool
    expire: bool
    cache: bool
    logs: bool
    access_logs: bool
    eventbridge: bool


@dataclass(frozen=True, slots=True)
class BucketContext:
    """The bucket that the builds keep what they make in, whoever made it.

    Attributes:
        name: of the bucket.
        arn: of the bucket.
        prefix: what the keys of objects begin with, with its slash; "" for nothing.
    """

    name: str
    arn: str
    prefix: str


def bucket(scope: Scope, _: Contribution) -> BucketContext | None:
    """Return the bucket; None where there are no builds."""
    names = scope.names
    if scope.spec.backend is not None:
        return None
    return BucketContext(names.bucket, names.object_arn(names.bucket), names.prefix_in_bucket)


def artifacts(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `artifacts`; None where the bucket exists."""
    spec, names = scope.spec, scope.names
    if spec.artifacts.exists:
        return None
    artifacts, logs = spec.artifacts, spec.artifacts.access_logs
    arguments = ArtifactsContext(
        bucket_name=names.bucket,
        account_id=spec.account,
        kms=artifacts.encryption == "kms",
        bucket_key=artifacts.bucket_key,
        archive_after_days=artifacts.archive_after_days,
        archive_storage_class=artifacts.archive_storage_class,
        # Below a build's own name, and nowhere else: a build cannot read a cache from an archive, nor can a pipeline
        # read what it has passed on.
        archive_prefixes=sorted(f"{names.label(key)}/" for key in spec.builds),
        cache_prefix=S3_PREFIX if any(s3_path(spec, key) for key in spec.builds) else None,
        cache_expires_after_days=_CACHE_DAYS,
        log_prefixes=_log_prefixes(spec, names),
        expire_after_days=artifacts.expire_after_days,
        expire_noncurrent_after_days=artifacts.expire_noncurrent_after_days,
        abort_uploads_after_days=artifacts.abort_uploads_after_days,
        access_log_bucket_name=names.access_log_bucket if logs else None,
        access_logs_expire_after_days=logs.expire_after_days if logs else None,
        force_destroy=artifacts.force_destroy,
    )
    shape = ArtifactsShape(
        kms=arguments.kms,
        archive=arguments.archive_after_days is not None,
        expire=arguments.expire_after_days is not None,
        cache=arguments.cache_prefix is not None,
        logs=bool(arguments.log_prefixes),
        access_logs=logs is not None,
        eventbridge=artifacts.eventbridge,
    )
    return Module(arguments, shape)


def _log_prefixes(spec: EnvironmentSpec, names: Names) -> list[str]:
    """Return where CodeBuild keeps logs; none where the bucket does not say how what it holds is encrypted."""
    kms = spec.artifacts.encryption == "kms"
    return sorted(f"{names.label(key)}/logs/" for key, build in spec.builds.items() if build.s3_logs and kms)


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "bucket": ("artifacts", "backend"),
    "bucket.name": ("artifacts.existing.bucket", "artifacts.bucket", "stack", "account"),
    "bucket.arn": ("artifacts.existing.bucket", "artifacts.bucket", "stack", "account", "region"),
    "bucket.prefix": ("artifacts.existing.prefix",),
    "artifacts": ("artifacts.existing",),
    "artifacts.bucket_name": ("artifacts.bucket", "stack", "account"),
    "artifacts.account_id": ("account",),
    "artifacts.kms": ("artifacts.encryption",),
    "artifacts.bucket_key": ("artifacts.bucket_key",),
    "artifacts.archive_after_days": ("artifacts.archive_after_days",),
    "artifacts.archive_storage_class": ("artifacts.archive_storage_class",),
    "artifacts.archive_prefixes": ("builds.*", "artifacts.archive_after_days"),
    "artifacts.cache_prefix": ("builds.*.cache",),
    "artifacts.cache_expires_after_days": ("builds.*.cache",),
    "artifacts.log_prefixes": ("builds.*.s3_logs", "artifacts.encryption"),
    "artifacts.expire_after_days": ("artifacts.expire_after_days",),
    "artifacts.expire_noncurrent_after_days": ("artifacts.expire_noncurrent_after_days",),
    "artifacts.abort_uploads_after_days": ("artifacts.abort_uploads_after_days",),
    "artifacts.access_log_bucket_name": ("artifacts.access_logs.bucket", "stack", "account"),
    "artifacts.access_logs_expire_after_days": ("artifacts.access_logs.expire_after_days",),
    "artifacts.force_destroy": ("artifacts.force_destroy",),
    "shapes.artifacts.access_logs": ("artifacts.access_logs",),
    "shapes.artifacts.archive": ("artifacts.archive_after_days",),
    "shapes.artifacts.cache": ("builds.*.cache",),
    "shapes.artifacts.logs": ("builds.*.s3_logs", "artifacts.encryption"),
    "shapes.artifacts.eventbridge": ("artifacts.eventbridge",),
    "shapes.artifacts.expire": ("artifacts.expire_after_days",),
    "shapes.artifacts.kms": ("artifacts.encryption",),
}
