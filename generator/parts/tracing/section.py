"""Traces of the builds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.model.endpoints import HttpsUrl
from generator.model.section import Section
from generator.model.types import Text

# https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html
TraceName = Annotated[str, Text(r"[A-Za-z0-9_-]+", "letters, digits, hyphens and underscores", longest=32)]


class Tracing(Section):
    """OpenTelemetry traces of the builds, sent to AWS X-Ray."""

    name: TraceName | None = Field(
        default=None,
        description="Name of the X-Ray group and of the sampling rule; by default `<stack>-<environment>`.",
        examples=["shop-builds"],
    )
    sampling_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=100, description="Percentage of the traces that are kept beyond the reservoir."
    )
    reservoir: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=1, description="Traces a second that are kept before the percentage counts."
    )
    priority: Annotated[int, Field(ge=1, le=9999)] = Field(
        default=1000, description="Priority of the sampling rule among those of the account; the lowest wins."
    )
    insights: bool = Field(default=False, description="Whether X-Ray looks for anomalies in the group's traces.")
    collector: bool = Field(
        default=True,
        description="Whether builds with `phases` fetch and start an OpenTelemetry collector; else that is up to you.",
    )
    mirror: HttpsUrl | None = Field(
        default=None,
        description="Folder that holds the collector's archives, for builds that cannot reach github.com.",
        examples=["https://artifacts.acme.example/otel"],
    )
