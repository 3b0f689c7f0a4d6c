"""Where Terraform keeps its state."""

from __future__ import annotations

from pydantic import Field

from generator.model.section import Section
from generator.model.types import AccountId, BucketName, ObjectKey, Region


class State(Section):
    """Where Terraform keeps the environment's state: an existing S3 bucket, with native locking."""

    bucket: BucketName = Field(description="Bucket that holds the state.", examples=["acme-platform-tfstate"])
    key: ObjectKey | None = Field(
        default=None, description="Object key; by default `<stack>/<environment>/terraform.tfstate`."
    )
    account: AccountId | None = Field(
        default=None,
        description="Account of the bucket; by default that of the role that the state is read and written with, else "
        "the environment's.",
    )
    region: Region | None = Field(default=None, description="Region of the bucket; by default the environment's.")
