"""Batches of builds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.aws.compute import ComputeName
from generator.model.arns import RoleArn
from generator.model.section import Section
from generator.model.types import Duration


class Batch(Section):
    """Lets one start run several builds, as the `batch` part of the buildspec in the repository says."""

    role_arn: RoleArn | None = Field(
        default=None,
        description="A role that exists, to start the builds of a batch, in place of one that the stack makes.",
        examples=["arn:aws:iam::111122223333:role/shop-ci-batch"],
    )
    timeout: Annotated[int, Duration("5m", "8h")] = Field(
        default=60, description="How long the whole batch may run.", examples=["1h"]
    )
    combine_artifacts: bool = Field(
        default=False, description="Whether the artifacts of all builds land in one place, rather than one each."
    )
    max_builds: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10, description="Builds that a batch may have.", examples=[10]
    )
    compute_allowed: list[ComputeName] = Field(
        default_factory=list,
        description="Machines that the builds of a batch may ask for; by default all.",
        examples=[["small", "medium"]],
    )
