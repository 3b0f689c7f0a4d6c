"""The stack's KMS key."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.model.section import Section


class Encryption(Section):
    """The stack's own KMS key, for artifacts and logs."""

    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = Field(
        default=30, description="Days between the request to delete the key and its deletion."
    )
    rotation_days: Annotated[int, Field(ge=90, le=2560)] = Field(
        default=365, description="Days between automatic rotations of the key material."
    )
