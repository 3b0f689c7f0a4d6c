"""What part `artifacts` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import STACK, bucket
from generator.claims.kinds import ARTIFACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    artifacts, names = scope.spec.artifacts, scope.names
    yield bucket(names, ARTIFACTS, names.bucket, ("artifacts", "bucket") if artifacts.bucket else STACK)
    logs = artifacts.access_logs
    if logs:
        path = ("artifacts", "access_logs", "bucket") if logs.bucket else STACK
        yield bucket(names, ARTIFACTS, names.access_log_bucket, path)
