"""Rules that no single field can hold, and rules that Terraform and the provider do not know.

Each rule looks at a whole spec and yields findings; `RULES` is the list of all of them. A finding names the key that a
person should change, which is not always the key where the damage would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.spec.rules import (
    access,
    alarms,
    artifacts,
    budget,
    build_sources,
    builds,
    connection,
    deploy,
    identity,
    logs,
    machines,
    network,
    notifications,
    patterns,
    pipeline,
    pull_requests,
    registry,
    runner,
    schedule,
    source,
    tracing,
    trigger,
    vpc,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.rules.finding import Finding

RULES: Final[tuple[Callable[[str, EnvironmentSpec], Iterator[Finding]], ...]] = (
    identity.environment_name,
    identity.tags,
    source.repository,
    artifacts.artifacts,
    artifacts.access_logs,
    builds.builds,
    logs.log_class,
    machines.machines,
    registry.registry,
    registry.pushes,
    network.choice,
    network.egress,
    network.existing,
    network.machines,
    network.source,
    vpc.vpc,
    vpc.endpoints,
    build_sources.build_sources,
    connection.sign_in,
    connection.approval,
    trigger.triggers,
    patterns.patterns,
    pull_requests.pull_requests,
    runner.runners,
    schedule.schedules,
    pipeline.pipeline,
    deploy.deployment,
    identity.limits,
    access.boundary,
    notifications.notifications,
    alarms.alarms,
    budget.budget,
    tracing.tracing,
)


def check(environment: str, spec: EnvironmentSpec) -> list[Finding]:
    """Apply every rule to the spec of `environment`."""
    return [finding for rule in RULES for finding in rule(environment, spec)]
