"""What part `backend` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import STACK, bucket, state
from generator.claims.kinds import ACCESS_LOGS, BACKEND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    backend, names = scope.spec.backend, scope.names
    if backend is None:
        return
    # The bucket that keeps states keeps that of its own environment as well.
    yield from state(names, names.state_bucket, names.state_key, ("backend",))
    yield bucket(names, BACKEND, names.state_bucket, ("backend", "bucket") if backend.bucket else STACK)
    if backend.access_logs:
        yield bucket(names, ACCESS_LOGS, backend.access_logs.bucket, ("backend", "access_logs", "bucket"))
