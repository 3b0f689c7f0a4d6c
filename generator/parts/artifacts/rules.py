"""Rules of the artifact bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.names import Names
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html, the minimum storage durations.
_BILLED_DAYS: Final = {"GLACIER_IR": 90, "GLACIER": 90, "DEEP_ARCHIVE": 180}


def access_logs(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The access logs do not go into the bucket that they are about."""
    names = Names.of(environment, spec)
    if spec.artifacts.access_logs and names.access_log_bucket == names.bucket:
        yield Finding(
            ("artifacts", "access_logs", "bucket"),
            "is the artifact bucket itself: every log that S3 writes would be logged again, for ever",
            "name another bucket, or remove the key to get a bucket of its own",
            "access-log-loop",
        )


def artifacts(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What the bucket is asked for fits together."""
    artifacts = spec.artifacts
    if artifacts.encryption == "kms" and spec.encryption is None:
        yield Finding(
            ("artifacts", "encryption"),
            "kms needs the stack's key, and the stack has none",
            "add encryption: {}, or set artifacts.encryption: aes256",
            "kms-without-key",
        )
    if artifacts.bucket_key and artifacts.encryption != "kms":
        yield Finding(
            ("artifacts", "bucket_key"),
            "S3 Bucket Keys exist only with kms encryption",
            "set bucket_key: false, or encryption: kms",
            "bucket-key-without-kms",
        )
    archive, expire = artifacts.archive_after_days, artifacts.expire_after_days
    if archive is not None and expire is not None and expire <= archive:
        yield Finding(
            ("artifacts", "expire_after_days"),
            f"objects would expire after {expire} days, before they are archived after {archive}",
            "expire later than archive_after_days, or set archive_after_days: null",
            "expire-before-archive",
        )
    billed = _BILLED_DAYS[artifacts.archive_storage_class]
    if archive is not None and expire is not None and 0 < expire - archive < billed:
        yield Finding(
            ("artifacts", "expire_after_days"),
            f"objects expire {expire - archive} days after they move to {artifacts.archive_storage_class},"
            f" which bills each for {billed} days at least",
            f"expire after {archive + billed} days or later, or set archive_after_days: null",
            "archive-too-short",
            "warning",
        )
    if artifacts.force_destroy and spec.environment_class != "dev":
        yield Finding(
            ("artifacts", "force_destroy"),
            f"would let a destroy delete every artifact of a {spec.environment_class} environment",
            "remove it; empty the bucket by hand before you destroy the environment",
            "force-destroy",
        )


def places(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """No build keeps its artifacts where the pipeline keeps what it passes on: its role would reach all of that."""
    names = Names.of(environment, spec)
    place = names.pipeline_prefix
    builds = [build for build in spec.builds if names.folder(build).partition("/")[0] == place]
    for build in builds if spec.pipeline is not None else ():
        yield Finding(
            ("builds", build),
            f"keeps its artifacts below {place}/, which is also the folder in the bucket that CodePipeline gives to the"
            " pipeline, by the first 20 characters of its name",
            "choose another artifacts.existing.prefix" if names.prefix_in_bucket else "give the build another name",
            "pipeline-folder",
        )
