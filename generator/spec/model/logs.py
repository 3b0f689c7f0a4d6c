"""The logs of the builds."""

from __future__ import annotations

from pydantic import Field

from generator.spec.model.section import Section
from generator.spec.types import RetentionDays


class Logs(Section):
    """CloudWatch Logs of the builds."""

    retention_days: RetentionDays = Field(description="Days for which log events are kept.", examples=[7])
