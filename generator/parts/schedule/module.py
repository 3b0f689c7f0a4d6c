"""Module `schedule`: builds that start by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import CLOUDWATCH, NOTHING, Contribution
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from generator.model.names import Names
    from generator.parts.framework.scope import Scope
    from generator.parts.schedule.section import Schedule
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class OneScheduleContext:
    """The schedule of one build; windows in minutes, ages in seconds, as AWS wants them."""

    key: str
    label: str
    batch_of: str | None
    expression: str
    timezone: str
    flexible_minutes: int | None
    start_date: str | None
    end_date: str | None
    retry_attempts: int
    maximum_age_seconds: int
    dead_letter_queue_arn: str | None


@dataclass(frozen=True, slots=True)
class ScheduleContext:
    """Arguments of module `schedule`."""

    group_name: str
    group_arn: str
    role_name: str
    alarm_name: str
    build_arns: list[str]
    batch_arns: list[str]
    queue_arns: list[str]
    start_batch_arn: str
    schedules: list[OneScheduleContext]


@dataclass(frozen=True, slots=True)
class ScheduleShape:
    """Features of module `schedule`: what its role may do, and what bounds and encrypts."""

    builds: bool
    batches: bool
    queues: bool
    kms: bool
    boundary: bool
    alarm: bool


def schedule(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `schedule`; None where nothing starts by the clock."""
    spec, names = scope.spec, scope.names
    found = {key: build.schedule for key, build in sorted(spec.builds.items()) if build.schedule}
    if not found:
        return None
    batches = [key for key, each in found.items() if each.build_type == "batch"]
    arguments = ScheduleContext(
        group_name=names.schedule_group,
        group_arn=names.arn("scheduler", f"schedule-group/{names.schedule_group}"),
        role_name=names.schedule_role,
        alarm_name=names.missed_schedules,
        build_arns=[names.project_arn(key) for key in found if key not in batches],
        batch_arns=[names.project_arn(key) for key in batches],
        queue_arns=sorted({each.dead_letter_queue for each in found.values() if each.dead_letter_queue}),
        start_batch_arn=f"arn:{names.partition}:scheduler:::aws-sdk:codebuild:startBuildBatch",
        schedules=[_one(key, each, names) for key, each in found.items()],
    )
    shape = ScheduleShape(
        builds=bool(arguments.build_arns),
        batches=bool(batches),
        queues=bool(arguments.queue_arns),
        kms=spec.encryption is not None,
        boundary=spec.access.permissions_boundary is not None,
        alarm=spec.notifications is not None,
    )
    return Module(arguments, shape)


def _one(key: str, asked: Schedule, names: Names) -> OneScheduleContext:
    return OneScheduleContext(
        key=key,
        label=names.label(key),
        batch_of=names.projects[key] if asked.build_type == "batch" else None,
        expression=asked.expression,
        timezone=asked.timezone,
        flexible_minutes=asked.flexible_window,
        start_date=asked.start_date,
        end_date=asked.end_date,
        retry_attempts=asked.retry_attempts,
        maximum_age_seconds=asked.maximum_event_age * _SECONDS,
        dead_letter_queue_arn=asked.dead_letter_queue,
    )


def is_scheduled(scope: Scope) -> bool:
    """Tell whether some build starts by the clock."""
    return any(build.schedule for build in scope.spec.builds.values())


def contributes(scope: Scope) -> Contribution:
    """Publish to the topic: an alarm tells of starts that were missed."""
    return Contribution(publishers=(CLOUDWATCH,)) if is_scheduled(scope) else NOTHING


_ALL: Final = ("builds.*.schedule",)
_EACH: Final[dict[str, tuple[str, ...]]] = {
    "key": ("builds.*",),
    "label": ("builds.*", "builds.*.names.label"),
    "batch_of": ("builds.*.schedule.build_type", "stack"),
    "expression": ("builds.*.schedule.expression",),
    "timezone": ("builds.*.schedule.timezone",),
    "flexible_minutes": ("builds.*.schedule.flexible_window",),
    "start_date": ("builds.*.schedule.start_date",),
    "end_date": ("builds.*.schedule.end_date",),
    "retry_attempts": ("builds.*.schedule.retry_attempts",),
    "maximum_age_seconds": ("builds.*.schedule.maximum_event_age",),
    "dead_letter_queue_arn": ("builds.*.schedule.dead_letter_queue",),
}
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "schedule": _ALL,
    "schedule.group_name": ("stack",),
    "schedule.group_arn": ("stack", "region", "account"),
    "schedule.role_name": ("stack",),
    "schedule.alarm_name": ("stack",),
    "schedule.build_arns": (*_ALL, "stack", "names.project", "region", "account"),
    "schedule.batch_arns": (*_ALL, "stack", "names.project", "region", "account"),
    "schedule.queue_arns": ("builds.*.schedule.dead_letter_queue",),
    "schedule.start_batch_arn": ("region",),
    "schedule.schedules": _ALL,
    "schedule.schedules.*": _ALL,
    **{f"schedule.schedules.*.{field}": keys for field, keys in _EACH.items()},
    "shapes.schedule.alarm": ("notifications",),
    "shapes.schedule.batches": ("builds.*.schedule.build_type",),
    "shapes.schedule.boundary": ("access.permissions_boundary",),
    "shapes.schedule.builds": ("builds.*.schedule.build_type",),
    "shapes.schedule.kms": ("encryption",),
    "shapes.schedule.queues": ("builds.*.schedule.dead_letter_queue",),
}
