"""Reads back the traces' side of things: X-Ray's group and sampling rule, and what the builds were given for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import yaml

from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.parts.tracing.section import Tracing
    from generator.readback.expectation import Expectation

_CONFIG: Final = "OTELCOL_CONFIG"
_NEEDED: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME", "OTEL_TRACES_EXPORTER")
# What the commands around those of the user have in common.
_MARKS: Final = ("/tmp/otelcol", "TRACE_ID", "SPAN_ID")  # noqa: S108  # a path on the build machine


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare group, rule and projects with the spec; nothing where nothing is traced."""
    section = expected.spec.tracing
    if section is None:
        return
    yield from _group(expected, section)
    yield from _rule(expected, section)
    names = expected.names.projects
    answer = expected.clients.ask("codebuild", "batch_get_projects", names=list(names.values())) or {}
    found = {project["name"]: project for project in answer.get("projects", [])}
    for key, name in sorted(names.items()):
        if name in found:
            yield from _project(expected, section, key, found[name])


def own_variables(found: Mapping[str, str], own: Mapping[str, object]) -> dict[str, str]:
    """Return the variables of a project without those that are there for its traces alone."""
    return {name: value for name, value in found.items() if name in own or not _is_for_traces(name)}


def own_commands(commands: list[str]) -> list[str]:
    """Return the commands of a phase without those around them that start and stop the collector."""
    return [command for command in commands if not any(mark in command for mark in _MARKS)]


def _is_for_traces(name: str) -> bool:
    return name == _CONFIG or name.startswith("OTEL_")


def _group(expected: Expectation, section: Tracing) -> Iterator[Check]:
    name = section.name or expected.names.prefix
    check = partial(Check, f"X-Ray group {name}")
    found = (expected.clients.ask("xray", "get_group", GroupName=name) or {}).get("Group")
    yield check("exists", True, found is not None, "tracing")  # noqa: FBT003  # a value like any other
    if found is None:
        return
    services = sorted(f'service("{project}")' for project in expected.names.projects.values())
    yield check("shows", services, sorted(found["FilterExpression"].split(" OR ")), "tracing")
    insights = found.get("InsightsConfiguration", {}).get("InsightsEnabled")
    yield check("insights", section.insights, insights, "tracing.insights")
    yield check("tags", expected.tags, _tags(expected, found["GroupARN"]), "tags")


def _rule(expected: Expectation, section: Tracing) -> Iterator[Check]:
    name = section.name or expected.names.prefix
    check = partial(Check, f"X-Ray sampling rule {name}")
    records = expected.clients.ask_all("xray", "get_sampling_rules", "SamplingRuleRecords")
    rules = {record["SamplingRule"]["RuleName"]: record["SamplingRule"] for record in records}
    yield check("exists", True, name in rules, "tracing")  # noqa: FBT003  # as above
    if name not in rules:
        return
    rule = rules[name]
    yield check("keeps (share)", section.sampling_percent / 100, rule["FixedRate"], "tracing.sampling_percent")
    yield check("keeps (a second)", section.reservoir, rule["ReservoirSize"], "tracing.reservoir")
    yield check("priority", section.priority, rule["Priority"], "tracing.priority")
    yield check("of services", f"{expected.names.prefix}-*", rule["ServiceName"], "tracing")
    yield check("tags", expected.tags, _tags(expected, rule["RuleARN"]), "tags")


def _tags(expected: Expectation, arn: str) -> dict[str, str]:
    return tag_map(expected.clients.ask_all("xray", "list_tags_for_resource", "Tags", ResourceARN=arn))


def _project(expected: Expectation, section: Tracing, key: str, project: dict[str, Any]) -> Iterator[Check]:
    check = partial(Check, f"CodeBuild project {project['name']}")
    variables = {one["name"] for one in project["environment"].get("environmentVariables", [])}
    wanted = sorted((*_NEEDED, _CONFIG) if section.collector else _NEEDED)
    yield check("variables for traces", wanted, sorted(variables & set(wanted)), "tracing")
    if expected.spec.builds[key].phases is not None:
        phases = (yaml.safe_load(project["source"].get("buildspec", "")) or {}).get("phases", {})
        around = {name: len(phase["commands"]) for name, phase in phases.items() if "commands" in phase}
        own = {name: len(own_commands(phases[name]["commands"])) for name in around}
        touched = sorted(name for name in around if around[name] != own[name])
        yield check(
            "collector in", ["install", "post_build"] if section.collector else [], touched, "tracing.collector"
        )


def _not_default(thing: Mapping[str, Any]) -> bool:
    return not thing.get("IsDefault") and not thing.get("DefaultForAz")


def _not_default_trace(thing: Mapping[str, Any]) -> bool:
    return bool((thing.get("SamplingRule") or {}).get("RuleName", thing.get("GroupName")) != "Default")


LISTINGS: Final = (
    Listing("X-Ray group", "xray", "get_groups", "Groups", "GroupName", counts=_not_default_trace),
    Listing(
        "X-Ray sampling rule",
        "xray",
        "get_sampling_rules",
        "SamplingRuleRecords",
        "SamplingRule.RuleName",
        counts=_not_default_trace,
    ),
)
