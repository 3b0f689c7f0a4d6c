"""What starts each build: the server, the clock, a pipeline, or a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.builds.sign_in import sign_in
from generator.model.builds.sources import source_of
from generator.parts.trigger.section import Trigger

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.builds.section.build import Build
    from generator.parts.trigger.section import Filters

_ON_PUSH: Final = Trigger()


def asked_trigger(spec: EnvironmentSpec, name: str) -> Trigger | None:
    """Return the trigger that a build asks for, whether or not the source can give it; None where it asks for none.

    A build that says nothing of how it starts is built on pushes.
    """
    build = spec.builds[name]
    if build.trigger is not None:
        return None if build.trigger.manual else build.trigger
    if build.runner or build.schedule or name in pipeline_builds(spec) or not same_server(spec, name):
        return None
    return _ON_PUSH


def same_server(spec: EnvironmentSpec, name: str) -> bool:
    """Tell whether a build reads from the server of the stack's source, which is the one that CodeBuild signs in at."""
    return source_of(spec, name).type == spec.source.type


def needs_sign_in(spec: EnvironmentSpec, name: str) -> bool:
    """Tell whether a build reads any code from that server: its own source, or one more."""
    if reads_source(spec, name) and same_server(spec, name):
        return True
    return any(other.type == spec.source.type for other in spec.builds[name].secondary_sources.values())


def listens_anywhere(build: Build) -> bool:
    """Tell whether a build listens to more than one repository, and so has none of its own."""
    if build.runner:
        return bool(build.runner.organization or build.runner.enterprise)
    return bool(build.trigger and build.trigger.organization)


def webhook_builds(spec: EnvironmentSpec) -> list[str]:
    """List the builds that have a webhook, sorted: those that want one, where CodeBuild can sign in."""
    if sign_in(spec) is None:
        return []
    return sorted(name for name, build in spec.builds.items() if build.runner or asked_trigger(spec, name))


def filters(trigger: Trigger) -> dict[str, Filters]:
    """Return the filters of a trigger by name; its own come first and have the name ""."""
    return {"": trigger, **trigger.also}


def trigger_path(build: str, name: str) -> tuple[str, ...]:
    """Return the keys that lead to the filters that `filters` calls `name`."""
    return ("builds", build, "trigger", *(("also", name) if name else ()))


def pipeline_steps(spec: EnvironmentSpec) -> list[list[str]]:
    """Return the builds of the pipeline by step, without the one that deploys; a single build need not be named."""
    if spec.pipeline is None:
        return []
    return spec.pipeline.builds or ([list(spec.builds)] if len(spec.builds) == 1 else [])


def reads_source(spec: EnvironmentSpec, name: str) -> bool:
    """Tell whether a build reads the repository itself, rather than take its files from the pipeline."""
    return name not in pipeline_builds(spec) or (spec.pipeline is not None and spec.pipeline.full_clone)


def pipeline_builds(spec: EnvironmentSpec) -> frozenset[str]:
    """Return the builds that the pipeline starts, the one that deploys among them: nothing else can start them."""
    deploy = spec.pipeline.deploy if spec.pipeline else None
    named = [name for step in pipeline_steps(spec) for name in step]
    return frozenset([*named, *([deploy.build] if deploy and deploy.build else ())]) & spec.builds.keys()


def source_types(spec: EnvironmentSpec, build: str) -> set[str]:
    """Return the kinds of server that a build fetches code from."""
    own = {source_of(spec, build).type} if reads_source(spec, build) else set()
    return own | {other.type for other in spec.builds[build].secondary_sources.values()}
