"""Module `alarms`: the alarms of each build, and the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.names import ALARMS
from generator.parts.framework.contribution import CLOUDWATCH, NOTHING, Contribution
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.parts.alarms.section import Alarm, Alarms, BuildDuration, FailedBuilds, FailureRate, QueuedDuration
    from generator.parts.framework.scope import Scope

_SECONDS: Final = 60
# Time for a build to be looked at before its timeout ends it.
_SHARE_OF_TIMEOUT: Final = 80


@dataclass(frozen=True, slots=True)
class FailedBuildsAlarm:
    """Alarm on a number of failed builds; times in seconds, as CloudWatch has them."""

    threshold: int
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int


@dataclass(frozen=True, slots=True)
class FailureRateAlarm:
    """Alarm on the share of failed builds."""

    percent: int
    minimum_builds: int
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int


@dataclass(frozen=True, slots=True)
class DurationAlarm:
    """Alarm on long builds: seconds by build."""

    seconds: dict[str, int]
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int


@dataclass(frozen=True, slots=True)
class QueuedDurationAlarm:
    """Alarm on builds that wait."""

    seconds: int
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int


@dataclass(frozen=True, slots=True)
class AlarmsContext:
    """Arguments of module `alarms`; None where its shape has no such argument."""

    prefix: str
    region: str
    composite: bool
    projects: dict[str, str]
    failed_builds: FailedBuildsAlarm | None
    failure_rate: FailureRateAlarm | None
    duration: DurationAlarm | None
    queued_duration: QueuedDurationAlarm | None
    tells: bool
    tells_recovery: bool
    tagged: bool
    dashboard_period: int | None


@dataclass(frozen=True, slots=True)
class AlarmsShape:
    """Features of module `alarms`: the kinds of alarms, and whether a dashboard shows the builds."""

    failed_builds: bool
    failure_rate: bool
    duration: bool
    queued_duration: bool
    composite: bool
    dashboard: bool


def alarms(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `alarms`; None where nothing is watched."""
    spec, names = scope.spec, scope.names
    section = spec.alarms
    if section is None or not (section.dashboard or has_alarms(section)):
        return None
    watched = sorted(section.builds or spec.builds)
    tells = spec.notifications is not None and has_alarms(section)
    arguments = AlarmsContext(
        prefix=names.prefix,
        region=spec.region,
        composite=section.composite,
        projects={build: names.projects[build] for build in watched},
        failed_builds=_failed_builds(section.failed_builds),
        failure_rate=_failure_rate(section.failure_rate),
        duration=_duration(section.duration, {build: spec.builds[build].timeout for build in watched}),
        queued_duration=_queued_duration(section.queued_duration),
        tells=tells,
        tells_recovery=tells and section.notify_recovery,
        tagged=has_alarms(section),
        dashboard_period=section.dashboard.period * _SECONDS if section.dashboard else None,
    )
    shape = AlarmsShape(
        failed_builds=arguments.failed_builds is not None,
        failure_rate=arguments.failure_rate is not None,
        duration=arguments.duration is not None,
        queued_duration=arguments.queued_duration is not None,
        composite=arguments.composite,
        dashboard=arguments.dashboard_period is not None,
    )
    return Module(arguments, shape)


def has_alarms(section: Alarms | None) -> bool:
    """Tell whether there is any alarm on a build, and not just a dashboard."""
    return section is not None and any(getattr(section, kind) is not None for kind in ALARMS)


def _failed_builds(alarm: FailedBuilds | None) -> FailedBuildsAlarm | None:
    return FailedBuildsAlarm(alarm.threshold, *_evaluation(alarm)) if alarm else None


def _failure_rate(alarm: FailureRate | None) -> FailureRateAlarm | None:
    return FailureRateAlarm(alarm.threshold, alarm.minimum_builds, *_evaluation(alarm)) if alarm else None


def _duration(alarm: BuildDuration | None, timeouts: Mapping[str, int]) -> DurationAlarm | None:
    if alarm is None:
        return None
    chosen = None if alarm.threshold is None else alarm.threshold * _SECONDS
    seconds = {build: chosen or timeout * _SECONDS * _SHARE_OF_TIMEOUT // 100 for build, timeout in timeouts.items()}
    return DurationAlarm(seconds, *_evaluation(alarm))


def _queued_duration(alarm: QueuedDuration | None) -> QueuedDurationAlarm | None:
    return QueuedDurationAlarm(alarm.threshold * _SECONDS, *_evaluation(alarm)) if alarm else None


def _evaluation(alarm: Alarm) -> tuple[int, int, int]:
    periods = alarm.evaluation_periods
    return alarm.period * _SECONDS, periods, alarm.datapoints_to_alarm or periods


def _evaluation_origins(kind: str) -> dict[str, tuple[str, ...]]:
    at = f"alarms.{kind}"
    return {
        at: (at,),
        f"{at}.period": (f"{at}.period",),
        f"{at}.evaluation_periods": (f"{at}.evaluation_periods",),
        f"{at}.datapoints_to_alarm": (f"{at}.datapoints_to_alarm", f"{at}.evaluation_periods"),
        f"shapes.{at}": (at,),
    }


def has_any(scope: Scope) -> bool:
    """Tell whether an environment has alarms on its builds."""
    return has_alarms(scope.spec.alarms)


def has_dashboard(scope: Scope) -> bool:
    """Tell whether an environment has a dashboard."""
    return scope.spec.alarms is not None and scope.spec.alarms.dashboard is not None


def contributes(scope: Scope) -> Contribution:
    """Publish to the topic where some alarm can go off."""
    return Contribution(publishers=(CLOUDWATCH,)) if has_alarms(scope.spec.alarms) else NOTHING


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "alarms": ("alarms",),
    "alarms.prefix": ("stack",),
    "alarms.region": ("region",),
    "alarms.composite": ("alarms.composite",),
    "alarms.projects": ("alarms.builds", "builds"),
    "alarms.projects.*": ("builds.*", "stack", "names.project"),
    **{key: value for kind in ALARMS for key, value in _evaluation_origins(kind).items()},
    "alarms.failed_builds.threshold": ("alarms.failed_builds.threshold",),
    "alarms.failure_rate.percent": ("alarms.failure_rate.threshold",),
    "alarms.failure_rate.minimum_builds": ("alarms.failure_rate.minimum_builds",),
    "alarms.duration.seconds": ("alarms.duration.threshold", "builds"),
    "alarms.duration.seconds.*": ("alarms.duration.threshold", "builds.*.timeout"),
    "alarms.queued_duration.seconds": ("alarms.queued_duration.threshold",),
    "alarms.tells": ("notifications",),
    "alarms.tells_recovery": ("alarms.notify_recovery", "notifications"),
    "alarms.tagged": ("alarms",),
    "alarms.dashboard_period": ("alarms.dashboard.period",),
    "shapes.alarms.composite": ("alarms.composite",),
    "shapes.alarms.dashboard": ("alarms.dashboard",),
}
