"""Reserved build machines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.arns import FleetArn
from generator.model.section import Section


class Fleet(Section):
    """Reserved machines: an existing fleet, or one of the build's own. They are billed whether they build or not."""

    arn: FleetArn | None = Field(
        default=None,
        description="An existing fleet; without it the stack makes one for this build.",
        examples=["arn:aws:codebuild:us-east-1:111122223333:fleet/shared:5f0c7f0e-0d5c-4a0c-8f0e-0d5c4a0c8f0e"],
    )
    machines: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="Machines that are always there, each billed by the minute; a machine runs one build."
    )
    max_machines: Annotated[int, Field(ge=2, le=100)] | None = Field(
        default=None,
        description="Machines that there may be when many builds wait; by default no more than `machines`.",
    )
    target_utilization: Annotated[int, Field(ge=1, le=100)] = Field(
        default=70, description="Percentage of busy machines that scaling aims at; only with `max_machines`."
    )
    overflow: Literal["queue", "on_demand"] = Field(
        default="queue", description="Whether builds wait when all machines are busy, or run on machines on demand."
    )
