"""Builds that start by the clock."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.arns import QueueArn
from generator.model.section import Section
from generator.model.types import Duration, Instant, ScheduleExpression, TimeZone


class Schedule(Section):
    """A schedule of Amazon EventBridge Scheduler that starts the build."""

    expression: ScheduleExpression = Field(
        description="When it starts: `cron(minutes hours day-of-month month day-of-week year)`, `rate(value unit)` or "
        "`at(yyyy-mm-ddThh:mm:ss)`.",
        examples=["cron(0 3 ? * MON-FRI *)"],
    )
    timezone: TimeZone = Field(default="UTC", description="Time zone of the expression.", examples=["Europe/Berlin"])
    flexible_window: Annotated[int, Duration("1m", "24h")] | None = Field(
        default=None,
        description="How much later it may start, so that not everything starts at once.",
        examples=["15m"],
    )
    start_date: Instant | None = Field(
        default=None, description="When the schedule begins to hold.", examples=["2027-01-01T00:00:00Z"]
    )
    end_date: Instant | None = Field(default=None, description="When it ends.", examples=["2027-12-31T00:00:00Z"])
    build_type: Literal["build", "batch"] = Field(
        default="build", description="Whether it starts a build or a batch of builds."
    )
    retry_attempts: int = Field(
        default=2, ge=0, le=185, description="How often a start that fails (throttled, say) is tried again."
    )
    maximum_event_age: Annotated[int, Duration("1m", "24h")] = Field(
        default=60, description="For how long it is tried again.", examples=["1h"]
    )
    dead_letter_queue: QueueArn | None = Field(
        default=None,
        description="Queue that hears of starts that failed for good.",
        examples=["arn:aws:sqs:us-east-1:111122223333:failed-starts"],
    )
