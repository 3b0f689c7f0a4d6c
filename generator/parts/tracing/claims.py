"""What part `tracing` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import STACK, regional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section, names = scope.spec.tracing, scope.names
    if section is not None:
        for kind in ("trace-group", "trace-rule"):
            yield regional(names, kind, section.name or names.prefix, ("tracing", "name") if section.name else STACK)
