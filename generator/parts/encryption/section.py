"""The stack's KMS key."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from generator.model.section import Replaceable
from generator.model.types import KeyArn


class Encryption(Replaceable):
    """The KMS key of artifacts and logs: one of the stack's own, or one that exists."""

    names_existing: ClassVar[str] = "arn"

    arn: KeyArn | None = Field(
        default=None,
        description="A key that exists, in place of one that the stack makes; nothing of it is changed. README.md says "
        "what its policy must allow.",
        examples=["arn:aws:kms:us-east-1:111122223333:key/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809"],
    )

    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = Field(
        default=30, description="Days between the request to delete the key and its deletion."
    )
    rotation_days: Annotated[int, Field(ge=90, le=2560)] = Field(
        default=365, description="Days between automatic rotations of the key material."
    )
