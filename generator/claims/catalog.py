"""Every name that an environment claims, from its spec and its names: those of its parts, added up.

Only names that something outside the environment can have as well are claimed. What lies inside one of these needs no
claim: the policies of a role, the settings of a bucket, the schedules of a group, the targets of a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.catalog import parts_of
from generator.parts.framework.claim import STACK, regional
from generator.parts.framework.claim_kinds import FORMER, PRESENT
from generator.parts.framework.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.framework.claim import Claim


def claims(environment: str, spec: EnvironmentSpec) -> list[Claim]:
    """List all that an environment claims; a name that it claims twice is there twice."""
    scope = Scope.of(environment, spec)
    return [*_identity(scope), *(claim for part in parts_of(spec) for claim in part.claims(scope))]


def identity(stack: str, environment: str) -> str:
    """Return what an environment is known by: the values of its resources' tags `Stack` and `Environment`."""
    return f"{stack}/{environment}"


def _identity(scope: Scope) -> Iterator[Claim]:
    names = scope.names
    yield f"@environment:{PRESENT} - {identity(names.stack, names.environment)}", STACK
    for address, found in scope.spec.adopted.items():
        kind = address.split(".")[1]
        yield regional(names, "adopted", f"{kind} {found}", ("adopted", address))
    for index, former in enumerate(scope.spec.formerly):
        yield f"@environment:{FORMER} - {former}", ("formerly", index)
