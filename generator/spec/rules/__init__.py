"""Rules that no single field can hold, and rules that Terraform and the provider do not know.

Each rule looks at a whole spec and yields findings; the lists say which specs a rule is about. A finding names the key
that a person should change, which is not always the key where the damage would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from generator.spec.rules import (
    access,
    alarms,
    artifacts,
    backend,
    budget,
    build_sources,
    builds,
    connection,
    customer_keys,
    deploy,
    effects,
    identity,
    logs,
    machines,
    network,
    notifications,
    patterns,
    pipeline,
    plain_text,
    pull_requests,
    registry,
    runner,
    schedule,
    sizes,
    source,
    tags,
    tracing,
    trigger,
    vpc,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.rules.finding import Finding

Rule: TypeAlias = "Callable[[str, EnvironmentSpec], Iterator[Finding]]"

ALWAYS: Final[tuple[Rule, ...]] = (
    identity.environment_name,
    identity.formerly,
    identity.bucket_names,
    tags.tags,
    plain_text.texts,
    backend.kind,
)
OF_BACKEND: Final[tuple[Rule, ...]] = (backend.encryption, backend.bucket)
OF_BUILDS: Final[tuple[Rule, ...]] = (
    source.repository,
    artifacts.artifacts,
    artifacts.access_logs,
    artifacts.places,
    builds.builds,
    plain_text.variables,
    logs.log_class,
    machines.machines,
    registry.registry,
    registry.pushes,
    network.choice,
    network.egress,
    network.existing,
    network.file_systems,
    network.machines,
    network.source,
    vpc.vpc,
    vpc.endpoints,
    build_sources.build_sources,
    effects.effects,
    connection.sign_in,
    connection.approval,
    customer_keys.keys,
    customer_keys.secrets,
    trigger.triggers,
    patterns.patterns,
    pull_requests.pull_requests,
    runner.runners,
    schedule.schedules,
    pipeline.pipeline,
    deploy.deployment,
    identity.limits,
    identity.joined_names,
    tags.of_builds,
    access.boundary,
    notifications.notifications,
    alarms.alarms,
    budget.budget,
    tracing.tracing,
    sizes.sizes,
)


def check(environment: str, spec: EnvironmentSpec) -> list[Finding]:
    """Apply to the spec of `environment` every rule that is about what it has: builds, or a backend."""
    rules = list(ALWAYS)
    if spec.backend is not None:
        rules += OF_BACKEND
    if spec.builds and spec.given_source is not None:
        rules += OF_BUILDS
    return [finding for rule in rules for finding in rule(environment, spec)]
