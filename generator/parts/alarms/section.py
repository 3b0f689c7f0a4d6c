"""Alarms on the builds' metrics, and the dashboard."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.model.section import Section
from generator.model.types import BuildName, Duration

Period = Annotated[int, Duration("1m", "1d")]
Periods = Annotated[int, Field(ge=1, le=100)]


class Alarm(Section):
    """When an alarm looks, and how often it must be wrong."""

    period: Period = Field(default=5, description="Length of one period of evaluation.", examples=["5m"])
    evaluation_periods: Periods = Field(default=1, description="Number of latest periods that are looked at.")
    datapoints_to_alarm: Periods | None = Field(
        default=None, description="How many of them must be over the threshold; by default all."
    )


class FailedBuilds(Alarm):
    """Builds that failed."""

    threshold: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=1, description="Failed builds in a period that raise the alarm.", examples=[1]
    )


class FailureRate(Alarm):
    """The share of builds that failed."""

    threshold: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Percentage of the finished builds of a period that raises the alarm.", examples=[50]
    )
    minimum_builds: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=4, description="Finished builds in a period below which the rate says nothing."
    )
    period: Period = Field(default=1440, description="Length of one period of evaluation.", examples=["1d"])


class BuildDuration(Alarm):
    """The time that a build takes."""

    threshold: Annotated[int, Duration("1m", "36h")] | None = Field(
        default=None,
        description="Time beyond which a build raises the alarm; by default 80 % of the build's own timeout.",
        examples=["12m"],
    )


class QueuedDuration(Alarm):
    """The time that a build waits for a machine."""

    threshold: Annotated[int, Duration("1m", "8h")] = Field(
        default=15, description="Time in the queue beyond which a build raises the alarm.", examples=["15m"]
    )


class Dashboard(Section):
    """A CloudWatch dashboard of the builds."""

    period: Period = Field(default=60, description="Time that one point of a graph stands for.", examples=["1h"])


class Alarms(Section):
    """CloudWatch alarms for each build, and a dashboard; each is there where its section is."""

    builds: list[BuildName] | None = Field(
        default=None, min_length=1, description="Builds that are watched; by default all.", examples=[["main"]]
    )
    failed_builds: FailedBuilds | None = Field(default=None, description="Alarm on failed builds.")
    failure_rate: FailureRate | None = Field(default=None, description="Alarm on the share of failed builds.")
    duration: BuildDuration | None = Field(default=None, description="Alarm on builds that take long.")
    queued_duration: QueuedDuration | None = Field(default=None, description="Alarm on builds that wait long.")
    composite: bool = Field(
        default=False,
        description="Whether one composite alarm speaks for all of them, so that one incident is one message.",
    )
    notify_recovery: bool = Field(
        default=False, description="Whether the topic is told, too, when an alarm goes back to normal."
    )
    dashboard: Dashboard | None = Field(default=None, description="Dashboard of the builds.")
