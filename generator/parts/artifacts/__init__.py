"""Part `artifacts`: the artifact bucket."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from generator.parts.artifacts.section import Artifacts
from generator.parts.framework.claim import STACK, bucket
from generator.parts.framework.claim_kinds import ARTIFACTS, SHARED
from generator.parts.framework.part import (
    Derivation,
    Key,
    Output,
    Part,
    ReadBack,
    Rule,
    RunbookSection,
    TerraformModule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.model.rules.finding import Path
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _absent() -> Artifacts:
    # The class of an environment with builds always says more; without builds there is no such bucket.
    return Artifacts.model_validate(Artifacts.unread)


def _rules() -> tuple[Rule, ...]:
    from generator.parts.artifacts import rules

    return (
        Rule(rules.artifacts),
        Rule(rules.access_logs),
        Rule(rules.places),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    artifacts, names = scope.spec.artifacts, scope.names
    if artifacts.existing:
        yield from _shared(scope, ("artifacts", "existing"))
        return
    yield bucket(names, ARTIFACTS, names.bucket, ("artifacts", "bucket") if artifacts.bucket else STACK)
    logs = artifacts.access_logs
    if logs:
        path = ("artifacts", "access_logs", "bucket") if logs.bucket else STACK
        yield bucket(names, ARTIFACTS, names.access_log_bucket, path)


def _shared(scope: Scope, path: Path) -> Iterator[Claim]:
    """Yield the folders that it claims in a bucket that others may use as well."""
    names = scope.names
    yield bucket(names, SHARED, names.bucket, (*path, "bucket"))
    folders = [names.folder(build) for build in scope.spec.builds]
    for folder in (*folders, *([names.pipeline_prefix] if scope.spec.pipeline else ())):
        yield f"folder {names.partition} {names.bucket}/{folder}", path


def _derivation() -> Derivation:
    from generator.parts.artifacts import existing, module

    return Derivation(
        existing=existing.existing,
        modules={"artifacts": TerraformModule(module.artifacts, module.ArtifactsContext, module.ArtifactsShape)},
        origins=module.ORIGINS,
        outputs={
            "access_log_bucket_name": Output(
                ("artifacts.access_logs",), lambda scope: scope.spec.artifacts.access_logs is not None
            ),
            "artifact_bucket_arn": Output(),
            "artifact_bucket_name": Output(),
        },
        facts={"bucket": module.bucket},
        runbook=(RunbookSection("every_day", 50),),
    )


def _read_back() -> ReadBack:
    from generator.parts.artifacts import access_logs_readback, readback

    return ReadBack(
        checks=(
            readback.checks,
            access_logs_readback.checks,
        ),
        listings=readback.LISTINGS,
    )


def _imports() -> Imports:
    from generator.parts.artifacts import imports

    return imports.IMPORTS


PART = Part(
    "artifacts",
    key=Key(Artifacts, "The artifact bucket.", _absent),
    classes=pathlib.Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    imports=_imports,
)
