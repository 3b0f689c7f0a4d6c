"""What the builds may do."""

from __future__ import annotations

from pydantic import Field

from generator.spec.model.section import Section
from generator.spec.types import PolicyArn


class Access(Section):
    """The IAM role of the builds."""

    permissions_boundary: PolicyArn | None = Field(
        default=None,
        description="Policy that bounds what the role may ever do.",
        examples=["arn:aws:iam::111122223333:policy/build-boundary"],
    )
