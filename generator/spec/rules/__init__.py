"""Rules that no single field can hold, and rules that Terraform and the provider do not know.

Each rule looks at a whole spec and yields findings; the lists say which specs a rule is about. A finding names the key
that a person should change, which is not always the key where the damage would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from generator.parts.access import rules as access
from generator.parts.alarms import rules as alarms
from generator.parts.artifacts import rules as artifacts
from generator.parts.backend import rules as backend
from generator.parts.budget import rules as budget
from generator.parts.builds.rules import build_sources, builds, customer_keys, effects, machines
from generator.parts.connection import rules as connection
from generator.parts.connection import source_rules as source
from generator.parts.logs import rules as logs
from generator.parts.network import rules as network
from generator.parts.network import vpc_rules as vpc
from generator.parts.notifications import rules as notifications
from generator.parts.pipeline import deploy_rules as deploy
from generator.parts.pipeline import rules as pipeline
from generator.parts.registry import rules as registry
from generator.parts.schedule import rules as schedule
from generator.parts.tracing import rules as tracing
from generator.parts.trigger import patterns_rules as patterns
from generator.parts.trigger import pull_request_rules as pull_requests
from generator.parts.trigger import rules as trigger
from generator.parts.trigger import runner_rules as runner
from generator.spec.rules import identity, plain_text, sizes, tags

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
