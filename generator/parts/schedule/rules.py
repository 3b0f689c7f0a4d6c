"""Rules of schedules: the provider takes every expression and every time zone, and AWS refuses them in the apply."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING

from generator.aws.cron import expression_fault
from generator.model.rules.finding import Finding
from generator.parts.connection.rules import foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.schedule.section import Schedule


def schedules(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each schedule is one that EventBridge Scheduler takes."""
    for name, build in spec.builds.items():
        if build.schedule:
            yield from _schedule(("builds", name, "schedule"), build.schedule, spec)
            if build.schedule.build_type == "batch" and build.batch is None:
                at = ("builds", name, "schedule", "build_type")
                yield Finding(at, "the build has no batch", "add batch: {} to it", "schedule-batch")


def _schedule(path: Path, schedule: Schedule, spec: EnvironmentSpec) -> Iterator[Finding]:
    if fault := expression_fault(schedule.expression):
        hint = "see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
        yield Finding((*path, "expression"), fault, hint, "schedule-expression")
    if not _is_zone(schedule.timezone):
        message = "is not a time zone of the IANA database"
        yield Finding((*path, "timezone"), message, "write one such as Europe/Berlin or UTC", "schedule-timezone")
    if schedule.start_date and schedule.end_date and schedule.end_date <= schedule.start_date:
        message = f"is not after start_date, {schedule.start_date}"
        yield Finding((*path, "end_date"), message, "let it end later, or remove one of the two", "schedule-end")
    if schedule.dead_letter_queue:
        yield from foreign((*path, "dead_letter_queue"), schedule.dead_letter_queue, spec)


@cache
def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # A machine without the database knows no zone at all, and cannot tell.
        return not zoneinfo.available_timezones()
    return True
