"""What part `pipeline` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import bucket, regional, role
from generator.claims.kinds import DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    spec, names = scope.spec, scope.names
    if spec.pipeline is None:
        return
    yield regional(names, "pipeline", names.pipeline)
    yield role(names, names.pipeline_role)
    if spec.pipeline.source is not None or spec.source.type == "codecommit":
        yield regional(names, "rule", names.source_rule)
        yield role(names, names.pipeline_start_role)
    target = spec.pipeline.deploy.bucket if spec.pipeline.deploy else None
    if target:
        yield bucket(names, DEPLOYMENT, target.bucket, ("pipeline", "deploy", "bucket", "bucket"))
