"""Module `tracing`: X-Ray's view of the builds, and what makes a build send its traces there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from generator.derivation.module import Module
from generator.parts.builds.projects import EnvironmentVariable
from generator.parts.tracing import collector

if TYPE_CHECKING:
    from generator.parts.builds.projects import ProjectContext
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


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


def tracing(spec: EnvironmentSpec, names: Names) -> Module | None:
    """Derive module `tracing`; None where nothing is traced."""
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


def traced(project: ProjectContext, spec: EnvironmentSpec, names: Names) -> ProjectContext:
    """Add to a project what makes its builds send traces; unchanged where nothing is traced."""
    section = spec.tracing
    if section is None:
        return project
    attributes = {"deployment.environment.name": names.environment, "service.namespace": spec.stack}
    wanted = collector.variables(project.name, attributes, section.sampling_percent)
    buildspec = project.buildspec
    if section.collector:
        wanted["OTELCOL_CONFIG"] = collector.config(spec.region)
        buildspec = collected(buildspec, project.key, spec) if buildspec else None
    # What the user sets is the user's.
    own = {variable.name for variable in project.variables}
    added = [EnvironmentVariable(name, "PLAINTEXT", value) for name, value in wanted.items() if name not in own]
    variables = sorted([*project.variables, *added], key=lambda variable: variable.name)
    return replace(project, buildspec=buildspec, variables=variables)


def _steps(build: str, spec: EnvironmentSpec) -> tuple[list[str], list[str]]:
    section = spec.tracing
    if section is None or not section.collector:
        return [], []
    return collector.start(spec.builds[build].architecture, section.mirror), collector.stop()


def _in_repository(spec: EnvironmentSpec, build: str) -> bool:
    return spec.builds[build].phases is None and spec.builds[build].runner is None


def _by_hand(build: str, spec: EnvironmentSpec) -> HandStarted:
    return HandStarted(build, spec.builds[build].buildspec or "buildspec.yml", *_steps(build, spec))


def collected(buildspec: dict[str, Any], build: str, spec: EnvironmentSpec) -> dict[str, Any]:
    """Return a buildspec that starts and stops the collector as well; as it is where there is none."""
    start, stop = _steps(build, spec)
    if not start:
        return buildspec
    phases: dict[str, dict[str, Any]] = dict(buildspec["phases"])
    install, post_build = phases.get("install", {}), phases.get("post_build", {})
    phases["install"] = install | {"commands": [*start, *install.get("commands", [])]}
    phases["post_build"] = post_build | {"commands": [*post_build.get("commands", []), *stop]}
    order = ("install", "pre_build", "build", "post_build")
    return buildspec | {"phases": {name: phases[name] for name in order if name in phases}}


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
