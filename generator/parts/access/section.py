"""What the builds may do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.model.section import Section
from generator.model.types import PolicyArn


class Access(Section):
    """The IAM role of the builds."""

    permissions_boundary: PolicyArn | None = Field(
        default=None,
        description="Policy that bounds what the role may ever do.",
        examples=["arn:aws:iam::111122223333:policy/build-boundary"],
    )
    wide_permissions: Literal["reason", "refused"] = Field(
        default="reason",
        description="What `permissions` may say that is wider than named actions on named resources: anything that "
        "has a `reason`, or nothing.",
    )
