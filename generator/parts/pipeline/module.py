"""Module `pipeline`: source, builds, approval, deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.builds.starts import pipeline_builds, pipeline_steps
from generator.parts.access.permissions.derivation import ReasonContext, StatementContext, by_name, permitted
from generator.parts.framework.module import Module
from generator.parts.pipeline.deployment import (
    DEPLOY_ORIGINS,
    DeploymentContext,
    PipelineBatch,
    deployment,
    pipeline_batch,
)
from generator.parts.pipeline.source import (
    SOURCE_ORIGINS,
    TRIGGER_ORIGINS,
    PipelineSourceContext,
    PipelineTriggerContext,
    pipeline_source,
    pipeline_trigger,
)

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.access.permissions.derivation import Permitted
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope
    from generator.parts.pipeline.section import Approval, Pipeline


@dataclass(frozen=True, slots=True)
class BuildStepContext:
    """One build of the pipeline: builds of one order run side by side; `batch` is None where it is a single build."""

    key: str
    order: int
    artifact: bool
    batch: PipelineBatch | None


@dataclass(frozen=True, slots=True)
class ApprovalContext:
    """The approval before the deployment: its action's configuration, and how long it waits."""

    configuration: dict[str, str]
    timeout_minutes: int


@dataclass(frozen=True, slots=True)
class PipelineVariableContext:
    """A variable of the pipeline, in CodePipeline's words."""

    default: str
    description: str | None


@dataclass(frozen=True, slots=True)
class PipelineContext:
    """Arguments of module `pipeline`; None where its shape has no such argument."""

    name: str
    arn: str
    role_name: str
    role_arn: str | None
    start_role_name: str
    rule_arn: str
    artifact_prefix: str
    execution_mode: str
    source: PipelineSourceContext
    trigger: PipelineTriggerContext | None
    builds: list[BuildStepContext]
    build_arns: list[str]
    batch_arns: list[str]
    variables: dict[str, PipelineVariableContext]
    retry_mode: str | None
    approval: ApprovalContext | None
    deploy: DeploymentContext | None
    statements: dict[str, StatementContext]
    managed_policies: dict[str, dict[str, StatementContext]]
    policy_arns: list[str]
    reasons: list[ReasonContext]


@dataclass(frozen=True, slots=True)
class PipelineShape:
    """Features of module `pipeline`: its source (by default a connection), its stages, and what bounds it."""

    codecommit: bool
    bucket: bool
    batch: bool
    trigger: bool
    retry: bool
    approval: bool
    to_build: bool
    to_bucket: bool
    to_service: bool
    to_stack: bool
    kms: bool
    boundary: bool
    topic: bool
    source_key: bool
    deploy_key: bool
    transforms: bool
    statements: bool
    managed: bool
    attached: bool
    own_role: bool


def pipeline(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `pipeline`; None where the builds start one by one."""
    asked = scope.spec.pipeline
    if asked is None:
        return None
    arguments = arguments_of(scope, asked)
    return Module(arguments, _shape(scope.spec, arguments))


def arguments_of(scope: Scope, asked: Pipeline) -> PipelineContext:
    """Return the arguments of the module, for a pipeline of a spec."""
    spec, names, permissions = scope.spec, scope.names, own(scope)
    source = pipeline_source(spec, asked, names)
    steps = enumerate(pipeline_steps(spec), 1)
    return PipelineContext(
        name=names.pipeline,
        arn=names.arn("codepipeline", names.pipeline),
        role_name=names.pipeline_role,
        role_arn=names.existing_pipeline_role,
        start_role_name=names.pipeline_start_role,
        rule_arn=names.arn("events", f"rule/{names.pipeline}-source"),
        artifact_prefix=names.pipeline_prefix,
        execution_mode=asked.execution_mode.upper(),
        source=source,
        trigger=pipeline_trigger(asked) if source.kind == "connection" else None,
        builds=[
            BuildStepContext(key, order, spec.builds[key].artifact.type != "none", pipeline_batch(spec, key))
            for order, step in steps
            for key in sorted(step)
        ],
        build_arns=sorted(names.project_arn(key) for key in pipeline_builds(spec)),
        batch_arns=sorted(names.project_arn(key) for key in pipeline_builds(spec) if spec.builds[key].batch),
        variables={
            name: PipelineVariableContext(each.default, each.description or None)
            for name, each in sorted(asked.variables.items())
        },
        retry_mode=asked.retry.upper().replace("-", "_") if asked.retry else None,
        approval=_approval(asked.approval) if asked.approval else None,
        deploy=deployment(spec, names),
        statements=by_name(permissions.inside),
        managed_policies=permissions.managed,
        policy_arns=permissions.attached,
        reasons=permissions.reasons,
    )


def own(scope: Scope) -> Permitted:
    """Return what the spec permits the pipeline beyond its stages."""
    names, asked = scope.names, scope.spec.pipeline.permissions if scope.spec.pipeline else None
    return permitted(asked, names, ("pipeline", "permissions"), "", names.pipeline_role)


def _approval(asked: Approval) -> ApprovalContext:
    told = {"CustomData": asked.message, "ExternalEntityLink": asked.url}
    return ApprovalContext({key: text for key, text in told.items() if text}, asked.timeout)


def _shape(spec: EnvironmentSpec, arguments: PipelineContext) -> PipelineShape:
    target = arguments.deploy.kind if arguments.deploy else ""
    makes_role = arguments.role_arn is None
    return PipelineShape(
        codecommit=arguments.source.kind == "codecommit",
        bucket=arguments.source.kind == "bucket",
        batch=bool(arguments.batch_arns),
        trigger=arguments.trigger is not None,
        retry=arguments.retry_mode is not None,
        approval=arguments.approval is not None,
        to_build=target == "build",
        to_bucket=target == "bucket",
        to_service=target == "service",
        to_stack=target == "stack",
        kms=spec.encryption is not None,
        boundary=spec.access.permissions_boundary is not None and (makes_role or arguments.source.kind != "connection"),
        topic=arguments.approval is not None and spec.notifications is not None,
        source_key=makes_role and arguments.source.key_arn is not None,
        deploy_key=makes_role and arguments.deploy is not None and "key" in arguments.deploy.arns,
        transforms=makes_role and arguments.deploy is not None and "transforms" in arguments.deploy.arns,
        statements=bool(arguments.statements),
        managed=bool(arguments.managed_policies),
        attached=bool(arguments.policy_arns),
        own_role=makes_role,
    )


_OWN: Final[dict[str, tuple[str, ...]]] = {
    "name": ("stack", "names.pipeline"),
    "arn": ("stack", "names.pipeline", "region", "account"),
    "role_name": ("stack", "names.pipeline_role"),
    "role_arn": ("pipeline.role_arn",),
    "start_role_name": ("stack",),
    "rule_arn": ("stack", "names.pipeline", "region", "account"),
    "artifact_prefix": ("stack", "names.pipeline"),
    "execution_mode": ("pipeline.execution_mode",),
    "source": ("source", "pipeline.source"),
    "trigger": ("pipeline.trigger",),
    "builds": ("pipeline.builds",),
    "builds.*": ("pipeline.builds",),
    "builds.*.artifact": ("builds.*.artifact.type",),
    "builds.*.batch": ("builds.*.batch",),
    "builds.*.batch.combine_artifacts": ("builds.*.batch.combine_artifacts",),
    "batch_arns": ("builds.*.batch", "pipeline.builds", "pipeline.deploy", "stack", "region", "account"),
    "build_arns": ("names.project", "pipeline.builds", "pipeline.deploy", "stack", "region", "account"),
    "variables": ("pipeline.variables",),
    "variables.*": ("pipeline.variables.*",),
    "retry_mode": ("pipeline.retry",),
    "approval": ("pipeline.approval",),
    "approval.configuration": ("pipeline.approval",),
    "approval.configuration.CustomData": ("pipeline.approval.message",),
    "approval.configuration.ExternalEntityLink": ("pipeline.approval.url",),
    "approval.timeout_minutes": ("pipeline.approval.timeout",),
    "deploy": ("pipeline.deploy",),
    "statements": ("pipeline.permissions",),
    "statements.*": ("pipeline.permissions",),
    "managed_policies": ("pipeline.permissions", "stack"),
    "managed_policies.*": ("pipeline.permissions", "stack"),
    "policy_arns": ("pipeline.permissions.policies",),
    "reasons": ("pipeline.permissions",),
    "reasons.*": ("pipeline.permissions",),
}
_SHAPE: Final[dict[str, tuple[str, ...]]] = {
    "codecommit": ("source.type",),
    "bucket": ("pipeline.source",),
    "batch": ("builds.*.batch", "pipeline.builds", "pipeline.deploy"),
    "trigger": ("pipeline.trigger",),
    "retry": ("pipeline.retry",),
    "approval": ("pipeline.approval",),
    "to_build": ("pipeline.deploy.build",),
    "to_bucket": ("pipeline.deploy.bucket",),
    "to_service": ("pipeline.deploy.service",),
    "to_stack": ("pipeline.deploy.stack",),
    "kms": ("encryption",),
    "boundary": ("access.permissions_boundary",),
    "topic": ("pipeline.approval", "notifications"),
    "source_key": ("pipeline.source.kms_key",),
    "deploy_key": ("pipeline.deploy.bucket.kms_key",),
    "transforms": ("pipeline.deploy.stack.capabilities",),
    "statements": ("pipeline.permissions",),
    "managed": ("pipeline.permissions",),
    "attached": ("pipeline.permissions.policies",),
    "own_role": ("pipeline.role_arn",),
}
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "pipeline": ("pipeline",),
    **{f"pipeline.{name}": keys for name, keys in _OWN.items()},
    **{f"pipeline.source.{name}": keys for name, keys in SOURCE_ORIGINS.items()},
    **{f"pipeline.trigger.{name}": keys for name, keys in TRIGGER_ORIGINS.items()},
    **{f"pipeline.deploy.{name}": keys for name, keys in DEPLOY_ORIGINS.items()},
    **{f"shapes.pipeline.{name}": keys for name, keys in _SHAPE.items()},
}
