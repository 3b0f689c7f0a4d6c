"""Rules of the traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.limits import TRACE_NAME
from generator.model.names import Names
from generator.model.rules.finding import Finding
from generator.parts.network.rules import builds_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def tracing(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """X-Ray takes the names, and the traces can reach it."""
    section = spec.tracing
    if section is None:
        return
    name = section.name or Names.of(environment, spec).prefix
    if len(name) > TRACE_NAME.most:
        yield Finding(
            ("tracing", "name"),
            f"{name} is {len(name)} characters long; X-Ray allows {TRACE_NAME.most} for a group or a sampling rule",
            "set a shorter tracing.name",
            "trace-name-too-long",
        )
    if section.mirror is not None and not section.collector:
        message = "there is no collector to fetch"
        yield Finding(("tracing", "mirror"), message, "remove it, or set collector: true", "mirror-without-collector")
    managed = spec.network.managed if spec.network else None
    cut_off = [build for build in builds_inside(spec) if managed and managed.internet == "none"]
    if cut_off and section.collector and section.mirror is None:
        yield Finding(
            ("tracing",),
            f"without internet, {', '.join(cut_off)} cannot fetch the collector from github.com",
            "add mirror: the folder of its archives that they reach, or set collector: false",
            "no-way-to-collector",
        )
    for build, found in spec.builds.items():
        if found.phases is None and found.runner is None and section.collector:
            yield Finding(
                ("builds", build),
                "is traced only once the buildspec in its repository starts the collector",
                "add the commands that the environment's TRACING.md shows, or use phases",
                "collector-by-hand",
                "warning",
            )
