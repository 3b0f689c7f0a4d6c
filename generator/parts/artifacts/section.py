"""The artifact bucket."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model.build_types import FolderName
from generator.model.section import Replaceable, Section
from generator.model.types import BucketName, Days


class AccessLogs(Section):
    """S3 server access logs of the artifact bucket, in a bucket of their own."""

    bucket: BucketName | None = Field(
        default=None,
        description="Name of the bucket that holds the logs; by default `<stack>-<environment>-access-logs-<account>`.",
        examples=["acme-platform-build-access-logs"],
    )
    expire_after_days: Days = Field(default=365, description="Days for which access logs are kept.", examples=[365])


class ExistingBucket(Section):
    """A bucket that is there already, and may be others' as well; nothing of it is changed."""

    bucket: BucketName = Field(description="Name of the bucket.", examples=["acme-builds"])
    prefix: FolderName | None = Field(
        default=None,
        description="Folder in it below which the builds keep artifacts, caches, logs and reports; by default each has "
        "a folder at its top. CodePipeline knows no such folder: a pipeline has its own at the top.",
        examples=["shop/dev"],
    )


class Artifacts(Replaceable):
    """The S3 bucket that receives what the builds make: one of the stack's own, or one that exists."""

    names_existing: ClassVar[str] = "existing"
    # A class says these of every bucket that the stack makes.
    unread: ClassVar[dict[str, object]] = {
        "encryption": "aes256",
        "bucket_key": False,
        "expire_noncurrent_after_days": 1,
        "force_destroy": False,
    }

    existing: ExistingBucket | None = Field(
        default=None,
        description="A bucket that exists, in place of one that the stack makes; nothing of it is changed. README.md "
        "says what its policy must allow.",
    )

    bucket: BucketName | None = Field(
        default=None,
        description="Name of the bucket; by default `<stack>-<environment>-artifacts-<account>`.",
        examples=["acme-platform-build-artifacts"],
    )
    encryption: Literal["aes256", "kms"] = Field(
        description="Encryption at rest: with the stack's KMS key (needs `encryption`), or with keys of AWS's own: "
        "what CodeBuild and CodePipeline write, with the account's `aws/s3`; all else with those of S3."
    )
    bucket_key: bool = Field(description="Whether S3 Bucket Keys cut the number of KMS calls; only with kms.")
    archive_after_days: Days | None = Field(
        default=None,
        description="Days after which what lies below the builds' names moves to the archive storage class; null never "
        "moves it. Caches and what a pipeline passes on are not archived.",
    )
    archive_storage_class: Literal["GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"] = Field(
        default="GLACIER",
        description="Where archived objects go. Each is billed for 90 days at least, in DEEP_ARCHIVE for 180.",
    )
    expire_after_days: Days | None = Field(
        default=None, description="Days after which objects are deleted; null keeps them for ever."
    )
    expire_noncurrent_after_days: Days = Field(
        description="Days for which overwritten and deleted versions can still be restored."
    )
    abort_uploads_after_days: Days = Field(default=7, description="Days after which unfinished uploads are dropped.")
    access_logs: AccessLogs | None = Field(
        default=None, description="S3 server access logs: who read or wrote which object; without it, none are written."
    )
    eventbridge: bool = Field(
        default=False, description="Whether S3 tells EventBridge of every object, so that rules can act on artifacts."
    )
    force_destroy: bool = Field(
        description="Whether destroying the environment deletes a bucket that still holds objects; dev only."
    )

    @property
    def prefix(self) -> str:
        """What the keys of all objects begin with, with its slash; "" in a bucket of the stack's own."""
        return f"{self.existing.prefix}/" if self.existing and self.existing.prefix else ""
