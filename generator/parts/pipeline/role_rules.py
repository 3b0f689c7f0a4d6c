"""Rules of a pipeline's role that exists: whose it is, and that a spec names it and says no more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.names import Names
from generator.parts.builds.rules.roles import foreign_role, made_before, said_of_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Finding


def role(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A role that exists is of the environment's account, and of a role of its own the spec says nothing."""
    pipeline, names = spec.pipeline, spec.names
    if pipeline is None or pipeline.role_arn is None:
        return
    own = Names.of(environment, spec).own_pipeline_role
    yield from foreign_role(("pipeline", "role_arn"), pipeline.role_arn, spec)
    yield from made_before(("pipeline", "role_arn"), pipeline.role_arn, own)
    yield from said_of_others(("pipeline", "permissions"), pipeline.permissions, "role_arn")
    yield from said_of_others(("names", "pipeline_role"), names and names.pipeline_role, "pipeline.role_arn")
