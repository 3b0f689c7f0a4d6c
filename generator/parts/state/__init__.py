"""Part `state`: where Terraform keeps the environment's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import STACK, bucket, state
from generator.parts.framework.claim_kinds import STATE
from generator.parts.framework.part import Key, Part
from generator.parts.state.section import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section, names = scope.spec.state, scope.names
    if section is not None:
        yield bucket(names, STATE, section.bucket, ("state", "bucket"))
        yield from state(
            names, section.bucket, section.key or names.state_key, ("state", "key") if section.key else STACK
        )


PART = Part(
    "state",
    key=Key(State, "Terraform state; without it, a local file."),
    claims=_claims,
)
