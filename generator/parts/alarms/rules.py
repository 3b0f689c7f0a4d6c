"""Rules of the alarms: thresholds that can be reached, and times that CloudWatch accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws.limits import ALARM_CHILDREN, ALARM_RULE
from generator.model.names import ALARMS, Names
from generator.model.rules.finding import Finding
from generator.model.rules.references import twice, unknown_builds
from generator.model.types import duration_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.alarms.section import Alarm, Alarms

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR


def alarms(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each alarm can go off, and somebody is told."""
    section = spec.alarms
    if section is None:
        return
    yield from unknown_builds(("alarms", "builds"), section.builds, spec)
    yield from twice(("alarms", "builds"), section.builds or [])
    kinds = [kind for kind in ALARMS if getattr(section, kind) is not None]
    for kind in kinds:
        yield from _periods(kind, getattr(section, kind))
    yield from _thresholds(spec, section)
    yield from _composite(environment, spec, kinds)
    if kinds and spec.notifications is None:
        yield Finding(
            ("alarms",),
            "the alarms tell nobody: there is no topic",
            "add notifications: {email: [address]}, or look at them in the console",
            "alarms-unheard",
            "warning",
        )


def _periods(kind: str, alarm: Alarm) -> Iterator[Finding]:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    window, longest = alarm.period * alarm.evaluation_periods, _DAY if alarm.period < _HOUR else 7 * _DAY
    if window > longest:
        yield Finding(
            ("alarms", kind, "evaluation_periods"),
            f"{alarm.evaluation_periods} periods of {duration_text(alarm.period)} look back {duration_text(window)}; "
            f"CloudWatch allows {duration_text(longest)} with that period",
            "look at fewer periods" if alarm.period >= _HOUR else "look at fewer periods, or at periods of 1h or more",
            "alarm-window",
        )
    if alarm.datapoints_to_alarm is not None and alarm.datapoints_to_alarm > alarm.evaluation_periods:
        yield Finding(
            ("alarms", kind, "datapoints_to_alarm"),
            f"{alarm.datapoints_to_alarm} of {alarm.evaluation_periods} periods can never be over the threshold",
            f"use {alarm.evaluation_periods} at most, or raise evaluation_periods",
            "alarm-datapoints",
        )


def _thresholds(spec: EnvironmentSpec, section: Alarms) -> Iterator[Finding]:
    limits = (("duration", "timeout", section.duration), ("queued_duration", "queued_timeout", section.queued_duration))
    for kind, limit, alarm in limits:
        if alarm is None or alarm.threshold is None:
            continue
        for name in section.builds or spec.builds:
            ends = getattr(spec.builds.get(name), limit, None)
            if ends is not None and alarm.threshold >= ends:
                yield Finding(
                    ("alarms", kind, "threshold"),
                    f"can never be passed: {limit} ends build {name} after {duration_text(ends)}",
                    f"use less than {duration_text(ends)}, or raise builds.{name}.{limit}",
                    "alarm-unreachable",
                )
                break


def _composite(environment: str, spec: EnvironmentSpec, kinds: list[str]) -> Iterator[Finding]:
    section = spec.alarms
    if section is None or not section.composite:
        return
    if not kinds:
        yield Finding(
            ("alarms", "composite"), "there is no alarm to speak for", "remove it, or add alarms", "composite-empty"
        )
        return
    names = Names.of(environment, spec)
    watched = [build for build in section.builds or spec.builds if build in names.projects]
    children = [names.alarm(build, kind) for build in watched for kind in kinds]
    length = len(" OR ".join(f'ALARM("{child}")' for child in children))
    if len(children) > ALARM_CHILDREN.most or length > ALARM_RULE.most:
        yield Finding(
            ("alarms", "composite"),
            f"would speak for {len(children)} alarms in a rule of {length} characters; CloudWatch allows "
            f"{ALARM_CHILDREN.most} and {ALARM_RULE.most}",
            "watch fewer builds (alarms.builds), or remove it",
            "composite-too-large",
        )
