"""The drawing of one environment: source, starts, builds, what is kept, what watches, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.graph.drawing import Arrow, Box, Column, Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model.environment import EnvironmentSpec
    from generator.model.loading.load import Environment
    from generator.parts.builds.section.build import Build

_SOURCE: Final = "source"
_MOST: Final = 12
# What all builds share would be a thicket of arrows.
_EVERY: Final = "every build"


def stack_drawing(environment: Environment) -> Drawing:
    """Draw one environment from its spec.

    Args:
        environment: to be drawn.
    """
    spec = environment.spec
    title = f"{spec.stack} in {environment.name}: account {spec.account}, {spec.region}"
    if spec.backend is not None:
        kept = (Box("backend", "bucket of states", spec.stack, "backend"),)
        users = (Box("others", "Terraform", "of all environments", "access"),)
        return Drawing(title, (Column("uses", users), Column("keeps", kept)), (Arrow("others", "backend"),))
    columns = (
        Column("source", tuple(_sources(spec))),
        Column("starts", tuple(_starts(spec))),
        Column("builds", tuple(_builds(spec))),
        Column("keeps", tuple(_kept(spec))),
        Column("watches", tuple(_watches(spec))),
        Column("tells", tuple(_told(spec))),
    )
    filled = tuple(column for column in columns if column.boxes)
    known = {box.id for column in filled for box in column.boxes}
    arrows = dict.fromkeys(each for each in _arrows(spec) if {each.start, each.end} <= known)
    return Drawing(title, filled, tuple(arrows), tuple(_around(spec)))


def _shown(spec: EnvironmentSpec) -> list[tuple[str, Build]]:
    return list(spec.builds.items())[:_MOST]


def _sources(spec: EnvironmentSpec) -> Iterator[Box]:
    if spec.pipeline and spec.pipeline.source:
        yield Box(_SOURCE, spec.pipeline.source.bucket, spec.pipeline.source.key, "source")
    elif spec.given_source:
        yield Box(_SOURCE, spec.source.type, _last(spec.source.repository), "source")
    for name, build in _shown(spec):
        if build.source and (build.source.repository or build.source.object):
            where = build.source.repository or build.source.object or ""
            yield Box(f"source {name}", str(build.source.type or "source"), _last(str(where)), "source")


def _last(address: str) -> str:
    return "/".join(address.rstrip("/").split("/")[-2:])


def _starts(spec: EnvironmentSpec) -> Iterator[Box]:
    if spec.pipeline:
        how = "started by hand" if spec.pipeline.trigger and spec.pipeline.trigger.manual else "started by changes"
        yield Box("pipeline", "pipeline", how, "pipeline")
    for name, build in _shown(spec):
        if build.trigger:
            yield Box(f"trigger {name}", "webhook", name, "trigger")
        if build.schedule:
            yield Box(f"schedule {name}", "schedule", name, "schedule")
        if build.runner:
            yield Box(f"runner {name}", "runner of GitHub Actions", name, "trigger")


def _builds(spec: EnvironmentSpec) -> Iterator[Box]:
    for name, build in _shown(spec):
        yield Box(f"build {name}", name, f"{build.compute}, at most {build.timeout} min", "builds")
    left = len(spec.builds) - _MOST
    if left > 0:
        yield Box("builds", f"{plural(left, 'build')} more", "", "builds")
    if len(spec.builds) > 1:
        yield Box(_EVERY, "every build", "", "every")


def _kept(spec: EnvironmentSpec) -> Iterator[Box]:
    yield Box("artifacts", "artifacts", "S3 bucket", "artifacts")
    if spec.registry:
        yield Box("registry", "registry", ", ".join(spec.registry.repositories[:2]), "registry")
    yield Box("logs", "logs", f"{spec.logs.retention_days} days", "logs")
    if spec.pipeline and spec.pipeline.deploy:
        kinds = [name for name in ("bucket", "service", "stack") if getattr(spec.pipeline.deploy, name)]
        yield Box("deployment", "deployment", f"to a {kinds[0]}" if kinds else "", "pipeline")


def _watches(spec: EnvironmentSpec) -> Iterator[Box]:
    if spec.alarms:
        yield Box("alarms", "alarms", "CloudWatch", "alarms")
    if spec.tracing:
        yield Box("tracing", "traces", "X-Ray", "tracing")
    if spec.budget:
        yield Box("budget", "budget", f"{spec.budget.amount} {spec.budget.currency} a month", "budget")
    if spec.notifications:
        yield Box("notifications", "notifications", "SNS topic", "notifications")


def _told(spec: EnvironmentSpec) -> Iterator[Box]:
    if spec.notifications:
        its = spec.notifications
        for key, receivers in (
            ("email", its.email),
            ("https", its.https),
            ("sqs", its.sqs),
            ("function", its.functions),
        ):
            for number, each in enumerate(receivers[:3]):
                more = f" and {len(receivers) - 3} more" if number == 2 and len(receivers) > 3 else ""  # noqa: PLR2004  # three are shown
                yield Box(f"{key} {number}", key, f"{each}{more}", "people")
    if spec.budget:
        for number, email in enumerate(spec.budget.email[:2]):
            yield Box(f"budget email {number}", "email", email, "people")


def _arrows(spec: EnvironmentSpec) -> Iterator[Arrow]:
    staged = {name for stage in (spec.pipeline.builds if spec.pipeline else ()) for name in stage}
    yield Arrow(_SOURCE, "pipeline")
    for name, build in _shown(spec):
        target = f"build {name}"
        its = f"source {name}" if build.source and (build.source.repository or build.source.object) else _SOURCE
        starts = [f"{kind} {name}" for kind in ("trigger", "schedule", "runner") if getattr(build, kind)]
        starts += ["pipeline"] if name in staged else []
        for start in starts:
            yield from (Arrow(its, start), Arrow(start, target))
        if not starts:
            yield Arrow(its, target)
        yield from _results(target, build)
    yield from (Arrow("artifacts", "deployment"), Arrow("alarms", "notifications"), Arrow("budget", "notifications"))
    yield from _messages(spec)
    every = _EVERY if len(spec.builds) > 1 else f"build {next(iter(spec.builds))}"
    yield from (Arrow(every, each) for each in ("logs", "alarms", "tracing", "notifications"))


def _results(target: str, build: Build) -> Iterator[Arrow]:
    if build.artifact_files or build.secondary_artifacts:
        yield Arrow(target, "artifacts")
    if build.push_to:
        yield Arrow(target, "registry")


def _messages(spec: EnvironmentSpec) -> Iterator[Arrow]:
    for box in _told(spec):
        yield Arrow("budget" if box.id.startswith("budget") else "notifications", box.id)


def _around(spec: EnvironmentSpec) -> Sequence[str]:
    network = ["in a VPC"] if spec.network else ["in CodeBuild's own network"]
    key = ["encrypted with the stack's own key" if spec.encryption else "encrypted with AWS's own keys"]
    return [*network, *key, "one role per build"]
