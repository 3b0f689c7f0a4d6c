"""What part `budget` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import account_wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    if scope.spec.budget is not None:
        yield account_wide(scope.names, "budget", scope.names.prefix)
