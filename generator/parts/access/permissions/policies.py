"""Which statements of a role stand in a policy inside it, and which in managed policies of the stack's own.

What is small stays inside the role. What is large would take the room of what the work itself needs, of which a role
has 10,240 characters; a managed policy has 6,144 of its own, and a role takes ten. The boundary depends on these
statements alone: a new secret moves none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.documents import without_spaces
from generator.aws.limits import KEPT_INSIDE_ROLE, MANAGED_POLICY
from generator.parts.access.statements import FRAME, Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.parts.framework.contribution import Permission


def is_inside(permissions: Sequence[Permission]) -> bool:
    """Whether the statements stay inside the role."""
    return sum(map(size, permissions)) + len(permissions) + FRAME <= KEPT_INSIDE_ROLE


def managed(permissions: Sequence[Permission], role: str) -> dict[str, list[Permission]]:
    """Return the statements that do not stay inside the role, by the name of the managed policy that holds them."""
    if is_inside(permissions):
        return {}
    policies: list[list[Permission]] = []
    left = 0
    for each in permissions:
        wanted = size(each) + 1
        if not policies or wanted > left:
            policies.append([])
            left = MANAGED_POLICY.most - FRAME
        policies[-1].append(each)
        left -= wanted
    return {f"{role}-{number}": held for number, held in enumerate(policies, 1)}


def size(permission: Permission) -> int:
    """Return how many characters IAM counts of a statement."""
    policy = Policy("")
    conditions = {
        test: {variable: list(values) for variable, values in block.items()}
        for test, block in (permission.conditions or {}).items()
    }
    policy.allow(
        permission.sid, list(permission.actions), [str(one) for one in permission.resources], conditions=conditions
    )
    return without_spaces(policy.statements[0].text)
