"""Reads back the alarms and the dashboard."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.model.names import ALARMS
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.alarms.section import Alarms
    from generator.readback.expectation import Expectation

_METRICS: Final = {
    "failed_builds": {"FailedBuilds"},
    "failure_rate": {"FailedBuilds", "SucceededBuilds"},
    "duration": {"Duration"},
    "queued_duration": {"QueuedDuration"},
}


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare every alarm, and the dashboard, with the spec; nothing where the spec has none."""
    section = expected.spec.alarms
    if section is None:
        return
    names, kinds = expected.names, [kind for kind in ALARMS if getattr(section, kind) is not None]
    wanted = {names.alarm(build, kind): (build, kind) for build in section.builds or names.projects for kind in kinds}
    answers = expected.clients.ask_all("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNames=list(wanted))
    found = {alarm["AlarmName"]: alarm for alarm in answers} if wanted else {}
    for name, (build, kind) in wanted.items():
        check = partial(Check, f"alarm {name}")
        yield check("exists", True, name in found, f"alarms.{kind}")  # noqa: FBT003  # a value like any other
        if name in found:
            yield from _alarm(expected, check, found[name], build, kind)
    if section.composite:
        yield from _composite(expected, sorted(wanted))
    if section.dashboard is not None:
        yield from _dashboard(expected, section)


def _alarm(
    expected: Expectation, check: partial[Check], found: dict[str, Any], build: str, kind: str
) -> Iterator[Check]:
    alarm, at = getattr(expected.spec.alarms, kind), f"alarms.{kind}"
    sources = [query["MetricStat"] for query in found.get("Metrics", []) if "MetricStat" in query]
    metrics = [source["Metric"] for source in sources] or [found]
    yield check("metrics", sorted(_METRICS[kind]), sorted(metric["MetricName"] for metric in metrics), at)
    projects = {one["Value"] for metric in metrics for one in metric.get("Dimensions", [])}
    yield check("project", [expected.names.projects[build]], sorted(projects), at)
    threshold = alarm.threshold
    if kind == "duration" and threshold is None:
        threshold = expected.spec.builds[build].timeout * 0.8
    unit = 60 if kind in ("duration", "queued_duration") else 1
    yield check("threshold", threshold * unit, found["Threshold"], f"{at}.threshold")
    periods = {source["Period"] for source in sources} or {found["Period"]}
    yield check("period (seconds)", [alarm.period * 60], sorted(periods), f"{at}.period")
    looked = [alarm.datapoints_to_alarm or alarm.evaluation_periods, alarm.evaluation_periods]
    evaluated = [found.get("DatapointsToAlarm"), found["EvaluationPeriods"]]
    yield check("periods over the threshold, and looked at", looked, evaluated, f"{at}.evaluation_periods")
    yield check("without data", "notBreaching", found.get("TreatMissingData"), at)
    told, recovered = _told(expected, composite=False)
    yield check("tells", told, found.get("AlarmActions", []), "notifications")
    yield check("tells of recovery", recovered, found.get("OKActions", []), "alarms.notify_recovery")
    yield check("tags", expected.tags, _tags(expected, found["AlarmArn"]), "tags")


def _told(expected: Expectation, *, composite: bool) -> tuple[list[str], list[str]]:
    """Return who is told by single alarms, or by the composite one, when they go off and when they are over."""
    section = expected.spec.alarms
    if section is None or expected.spec.notifications is None or section.composite != composite:
        return [], []
    topic = [expected.names.topic_arn]
    return topic, topic if section.notify_recovery else []


def _tags(expected: Expectation, arn: str) -> dict[str, str]:
    return tag_map((expected.clients.ask("cloudwatch", "list_tags_for_resource", ResourceARN=arn) or {}).get("Tags"))


def _composite(expected: Expectation, children: list[str]) -> Iterator[Check]:
    name = f"{expected.names.prefix}-any"
    check = partial(Check, f"composite alarm {name}")
    answers = expected.clients.ask_all(
        "cloudwatch", "describe_alarms", "CompositeAlarms", AlarmNames=[name], AlarmTypes=["CompositeAlarm"]
    )
    rule = answers[0]["AlarmRule"] if answers else ""
    wanted = sorted(f'ALARM("{child}")' for child in children)
    yield check("speaks for", wanted, sorted(rule.split(" OR ")), "alarms.composite")
    if answers:
        yield check("tells", _told(expected, composite=True)[0], answers[0].get("AlarmActions", []), "notifications")


def _dashboard(expected: Expectation, section: Alarms) -> Iterator[Check]:
    name = f"{expected.names.prefix}-builds"
    check = partial(Check, f"dashboard {name}")
    found = expected.clients.ask("cloudwatch", "get_dashboard", DashboardName=name)
    yield check("exists", True, found is not None, "alarms.dashboard")  # noqa: FBT003  # as above
    if found is None:
        return
    widgets = json.loads(found["DashboardBody"])["widgets"]
    lines = [line for widget in widgets for line in widget["properties"].get("metrics", [])]
    shown = sorted({line[3] for line in lines if isinstance(line[0], str)})
    wanted = sorted(expected.names.projects[build] for build in section.builds or expected.names.projects)
    yield check("shows", wanted, shown, "alarms.builds")


LISTINGS: Final = (
    Listing("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    Listing(
        "composite alarm",
        "cloudwatch",
        "describe_alarms",
        "CompositeAlarms",
        "AlarmName",
        {"AlarmTypes": ["CompositeAlarm"]},
    ),
    Listing("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
)
