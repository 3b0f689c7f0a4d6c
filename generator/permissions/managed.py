"""The policy behind the ARN of a managed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.permissions.policy import UNKNOWN, Policy, Statement

if TYPE_CHECKING:
    from generator.permissions.policy import Unknown


def managed_policy(arn: str | Unknown) -> Policy:
    """Return a managed policy by its ARN: AWS's own by its content where a package carries it, else by name alone.

    What is known by name alone is equal to itself, and as wide as anything else.
    """
    if arn is UNKNOWN:
        return Policy((Statement(UNKNOWN, unreadable="it is known only after apply"),), "a policy")
    return Policy((Statement("Allow", unreadable=f"what {arn} allows is not known"),), str(arn))
