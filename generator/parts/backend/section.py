"""The bucket that keeps Terraform's states."""

from __future__ import annotations

from pydantic import Field

from generator.model.section import Section
from generator.model.types import BucketName, Days, KeyArn, ObjectKey


class BackendAccessLogs(Section):
    """S3 server access logs of the state bucket, in a bucket that exists."""

    bucket: BucketName = Field(
        description="Bucket that S3 may write access logs to, in the same account and region.",
        examples=["acme-platform-access-logs"],
    )
    prefix: ObjectKey | None = Field(
        default=None, description="Folder of the logs in that bucket; by default the name of the state bucket."
    )


class Backend(Section):
    """The S3 bucket that keeps Terraform's states, with native locking; an environment of its own."""

    bucket: BucketName | None = Field(
        default=None,
        description="Name of the bucket; by default `<stack>-tfstate-<account>`.",
        examples=["acme-platform-tfstate"],
    )
    kms_key: KeyArn | None = Field(
        default=None,
        description="KMS key that encrypts the states; by default the stack's own (needs `encryption`).",
        examples=["arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"],
    )
    expire_noncurrent_after_days: Days = Field(
        default=365, description="Days for which overwritten and deleted states can be restored."
    )
    keep_versions: int = Field(
        default=20, ge=1, le=100, description="Old versions of each state that stay, however old they are."
    )
    access_logs: BackendAccessLogs | None = Field(
        default=None, description="S3 server access logs: who read or wrote which state; without it, none are written."
    )
