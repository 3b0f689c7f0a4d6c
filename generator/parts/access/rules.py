"""Rules of the builds' role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def boundary(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The boundary is a policy that the role's account can use."""
    boundary = spec.access.permissions_boundary
    if boundary and boundary.split(":")[4] not in (spec.account, "aws"):
        yield Finding(
            ("access", "permissions_boundary"),
            f"is a policy of account {boundary.split(':')[4]}, but the role lives in {spec.account}",
            "name a policy of the environment's own account",
            "boundary-account",
        )
