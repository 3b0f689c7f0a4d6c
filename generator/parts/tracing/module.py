"""Module `tracing`: X-Ray's view of the builds, and what makes a build send its traces there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import NOTHING, BuildCommands, BuildVariable, Contribution
from generator.parts.framework.module import Module
from generator.parts.tracing import collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.framework.scope import Scope
    from generator.parts.tracing.section import Tracing


@dataclass(frozen=True, slots=True)
class HandStarted:
    """A build whose own buildspec has to start the collector: the lines that it needs."""

    key: str
    buildspec_file: str
    start: list[str]
    stop: list[str]


@dataclass(frozen=True, slots=True)
class TracingContext:
    """Arguments of module `tracing`, and what its page tells of the builds."""

    name: str
    filter_expression: str
    service_names: str
    sampling_percent: int
    reservoir_size: int
    priority: int
    insights_enabled: bool
    collector: bool
    by_hand: list[HandStarted]


@dataclass(frozen=True, slots=True)
class TracingShape:
    """Module `tracing` has one shape: it is there, or it is not."""


def tracing(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `tracing`; None where nothing is traced."""
    spec, names = scope.spec, scope.names
    section = spec.tracing
    if section is None:
        return None
    arguments = TracingContext(
        name=section.name or names.prefix,
        filter_expression=" OR ".join(f'service("{names.projects[build]}")' for build in sorted(spec.builds)),
        service_names=f"{names.prefix}-*",
        sampling_percent=section.sampling_percent,
        reservoir_size=section.reservoir,
        priority=section.priority,
        insights_enabled=section.insights,
        collector=section.collector,
        by_hand=[_by_hand(key, spec) for key in sorted(spec.builds) if section.collector and _in_repository(spec, key)],
    )
    return Module(arguments, TracingShape())


def contributes(scope: Scope) -> Contribution:
    """Give each build what makes it send traces, and its role the permission to."""
    spec, section = scope.spec, scope.spec.tracing
    if section is None:
        return NOTHING
    variables = [each for build in sorted(spec.builds) for each in _variables(build, scope, section)]
    commands = [each for build in sorted(spec.builds) for each in _commands(build, spec)]
    return Contribution(endpoints=("xray",), variables=tuple(variables), commands=tuple(commands))


def _variables(build: str, scope: Scope, section: Tracing) -> Iterator[BuildVariable]:
    spec, names = scope.spec, scope.names
    attributes = {"deployment.environment.name": names.environment, "service.namespace": spec.stack}
    wanted = collector.variables(names.projects[build], attributes, section.sampling_percent)
    if section.collector:
        wanted["OTELCOL_CONFIG"] = collector.config(spec.region)
    return (BuildVariable(build, name, value) for name, value in wanted.items())


def _commands(build: str, spec: EnvironmentSpec) -> Iterator[BuildCommands]:
    start, stop = _steps(build, spec)
    if start:
        yield BuildCommands(build, "install", tuple(start))
        yield BuildCommands(build, "post_build", tuple(stop), at_end=True)


def _steps(build: str, spec: EnvironmentSpec) -> tuple[list[str], list[str]]:
    section = spec.tracing
    if section is None or not section.collector:
        return [], []
    return collector.start(spec.builds[build].architecture, section.mirror), collector.stop()


def _in_repository(spec: EnvironmentSpec, build: str) -> bool:
    return spec.builds[build].phases is None and spec.builds[build].runner is None


def _by_hand(build: str, spec: EnvironmentSpec) -> HandStarted:
    return HandStarted(build, spec.builds[build].buildspec or "buildspec.yml", *_steps(build, spec))


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "tracing": ("tracing",),
    "tracing.name": ("tracing.name", "stack"),
    "tracing.filter_expression": ("builds", "stack"),
    "tracing.service_names": ("stack",),
    "tracing.sampling_percent": ("tracing.sampling_percent",),
    "tracing.reservoir_size": ("tracing.reservoir",),
    "tracing.priority": ("tracing.priority",),
    "tracing.insights_enabled": ("tracing.insights",),
    "tracing.collector": ("tracing.collector",),
    "tracing.by_hand": ("builds", "tracing.collector"),
    "tracing.by_hand.*": ("builds.*", "tracing.collector"),
    "tracing.by_hand.*.key": ("builds.*",),
    "tracing.by_hand.*.buildspec_file": ("builds.*.buildspec",),
    "tracing.by_hand.*.start": ("builds.*.architecture", "tracing.mirror"),
    "tracing.by_hand.*.start.*": ("builds.*.architecture", "tracing.mirror"),
    "tracing.by_hand.*.stop": ("tracing.collector",),
    "tracing.by_hand.*.stop.*": ("tracing.collector",),
}
