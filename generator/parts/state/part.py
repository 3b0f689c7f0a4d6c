"""Part `state`: where Terraform keeps the environment's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.part import Key, Part
from generator.parts.state.section import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def _claims(scope: Scope) -> Iterable[Claim]:
    from generator.parts.state.claims import claims

    return claims(scope)


PART = Part(
    "state",
    key=Key(State, "Terraform state; without it, a local file."),
    claims=_claims,
)
