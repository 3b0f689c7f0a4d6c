"""Part `pipeline`: the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import bucket, given, policy, regional, role
from generator.parts.framework.claim_kinds import DEPLOYMENT
from generator.parts.framework.classification import beside
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
from generator.parts.pipeline.section import Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.pipeline import deploy_rules, role_rules, rules

    return (
        Rule(rules.pipeline),
        Rule(deploy_rules.deployment),
        Rule(role_rules.role),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    spec, names = scope.spec, scope.names
    if spec.pipeline is None:
        return
    yield regional(names, "pipeline", names.pipeline, given(scope, "pipeline"))
    if spec.pipeline.role_arn is None:
        yield role(names, names.pipeline_role, given(scope, "pipeline_role"))
    if spec.pipeline.source is not None or spec.source.type == "codecommit":
        yield regional(names, "rule", names.source_rule)
        yield role(names, names.pipeline_start_role)
    if spec.pipeline.permissions:
        from generator.parts.pipeline.module import own

        for name in own(scope).managed:
            yield policy(names, name, ("pipeline", "permissions"))
    target = spec.pipeline.deploy.bucket if spec.pipeline.deploy else None
    if target:
        yield bucket(names, DEPLOYMENT, target.bucket, ("pipeline", "deploy", "bucket", "bucket"))


def _derivation() -> Derivation:
    from generator.parts.pipeline import existing, module

    return Derivation(
        existing=existing.existing,
        modules={"pipeline": TerraformModule(module.pipeline, module.PipelineContext, module.PipelineShape)},
        origins=module.ORIGINS,
        outputs={"pipeline_name": Output(("pipeline",), lambda scope: scope.spec.pipeline is not None)},
        runbook=(RunbookSection("every_day", 20),),
    )


def _read_back() -> ReadBack:
    from generator.parts.pipeline import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.pipeline import imports

    return imports.IMPORTS


PART = Part(
    "pipeline",
    key=Key(Pipeline, "The pipeline; without it, each build starts alone."),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
