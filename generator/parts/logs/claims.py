"""What part `logs` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import regional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    yield regional(scope.names, "log-group", scope.names.log_group)
