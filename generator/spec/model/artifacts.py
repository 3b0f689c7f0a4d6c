"""The artifact bucket."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.spec.model.section import Section
from generator.spec.types import BucketName, Days


class Artifacts(Section):
    """The S3 bucket that receives what the builds make."""

    bucket: BucketName | None = Field(
        default=None,
        description="Name of the bucket; by default `<stack>-<environment>-artifacts-<account>`.",
        examples=["acme-platform-build-artifacts"],
    )
    encryption: Literal["aes256", "kms"] = Field(
        description="Encryption at rest: S3's own keys, or the stack's KMS key (needs `encryption`)."
    )
    bucket_key: bool = Field(description="Whether S3 Bucket Keys cut the number of KMS calls; only with kms.")
    archive_after_days: Days | None = Field(
        default=None, description="Days after which objects move to the archive storage class; null never moves them."
    )
    archive_storage_class: Literal["GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"] = Field(
        default="GLACIER", description="Where archived objects go."
    )
    expire_after_days: Days | None = Field(
        default=None, description="Days after which objects are deleted; null keeps them for ever."
    )
    expire_noncurrent_after_days: Days = Field(
        description="Days for which overwritten and deleted versions can still be restored."
    )
    abort_uploads_after_days: Days = Field(default=7, description="Days after which unfinished uploads are dropped.")
    force_destroy: bool = Field(
        description="Whether destroying the environment deletes a bucket that still holds objects; dev only."
    )
