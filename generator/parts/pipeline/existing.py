"""The pipeline's role where it exists: what it must allow, and that it must trust the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.builds.sign_in import connection_service
from generator.parts.access.existing import statements_of, trust
from generator.parts.framework.existing import Existing
from generator.parts.pipeline.module import arguments_of
from generator.parts.pipeline.role_policy import pipeline_policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


def existing(scope: Scope, asked: Contribution) -> Iterator[Existing]:
    """Yield the role."""
    spec, pipeline = scope.spec, scope.spec.pipeline
    if pipeline is None or pipeline.role_arn is None:
        return
    # Only here: it asks the derivation of every part.
    from generator.parts.access.role_policies import surroundings  # noqa: PLC0415

    arguments, around = arguments_of(scope, pipeline), surroundings(scope, asked)
    needed = pipeline_policies(arguments, connection_service(spec.source), around, asks=bool(spec.notifications))
    documents = (statements_of(needed), trust("codepipeline.amazonaws.com", arguments.arn, spec.account))
    yield Existing("IAM role", pipeline.role_arn, "the pipeline runs as it", "pipeline.role_arn", documents)
