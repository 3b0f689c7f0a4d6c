"""The last stage of a pipeline: what is deployed, to where, and what the pipeline's role needs for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.model.builds.starts import pipeline_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.pipeline.deploy_section import BucketDeployment, ServiceDeployment, StackDeployment


@dataclass(frozen=True, slots=True)
class PipelineBatch:
    """A build that the pipeline starts as a batch."""

    combine_artifacts: bool


@dataclass(frozen=True, slots=True)
class DeploymentContext:
    """The deployment: an action of CodePipeline, and what its role may touch.

    Attributes:
        kind: `build`, `bucket`, `service` or `stack`.
        category: of the action, in CodePipeline's words.
        provider: the same.
        configuration: of the action; a build's project is added where it is called.
        artifact: build whose artifact is deployed.
        build: the build that deploys; None where CodePipeline does.
        batch: how that build runs as a batch; None where it does not.
        on_failure: FAIL, RETRY or ROLLBACK.
        arns: by what they are of: `objects`, `key`, `service`, `cluster`, `tasks`, `families`, `stacks`,
            `macros` (the account's own), `transforms` (AWS's).
        role_arns: roles that are passed on.
    """

    kind: str
    category: str
    provider: str
    configuration: dict[str, str]
    artifact: str
    build: str | None
    batch: PipelineBatch | None
    on_failure: str
    arns: dict[str, str] = field(default_factory=dict)
    role_arns: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Action:
    kind: str
    provider: str
    configuration: Mapping[str, str | None] = field(default_factory=dict)
    arns: dict[str, str] = field(default_factory=dict)
    role_arns: list[str] = field(default_factory=list)


def deployment(spec: EnvironmentSpec, names: Names) -> DeploymentContext | None:
    """Derive the deployment; None where the pipeline ends with the builds."""
    deploy = spec.pipeline.deploy if spec.pipeline else None
    if deploy is None:
        return None
    artifact = deploy.artifact or pipeline_steps(spec)[-1][0]
    action = _Action("build", "CodeBuild")
    if deploy.bucket:
        action = _to_bucket(deploy.bucket, names)
    elif deploy.service:
        action = _to_service(deploy.service, names)
    elif deploy.stack:
        action = _to_stack(deploy.stack, artifact, names)
    return DeploymentContext(
        kind=action.kind,
        category="Build" if action.kind == "build" else "Deploy",
        provider=action.provider,
        configuration={key: value for key, value in action.configuration.items() if value is not None},
        artifact=artifact,
        build=deploy.build,
        batch=pipeline_batch(spec, deploy.build) if deploy.build else None,
        on_failure=deploy.on_failure.upper(),
        arns=action.arns,
        role_arns=action.role_arns,
    )


def pipeline_batch(spec: EnvironmentSpec, build: str) -> PipelineBatch | None:
    """Say how the pipeline starts a build as a batch; None where it starts a single build."""
    batch = spec.builds[build].batch
    return PipelineBatch(batch.combine_artifacts) if batch else None


def _to_bucket(asked: BucketDeployment, names: Names) -> _Action:
    configuration = {
        "BucketName": asked.bucket,
        "ObjectKey": asked.key,
        "Extract": "true" if asked.extract else "false",
        "CacheControl": asked.cache_control,
        "KMSEncryptionKeyARN": asked.kms_key,
    }
    below = f"{asked.key}/*" if asked.key and asked.extract else asked.key or "*"
    arns = {"objects": f"arn:{names.partition}:s3:::{asked.bucket}/{below}"}
    return _Action("bucket", "S3", configuration, arns | ({"key": asked.kms_key} if asked.kms_key else {}))


def _to_service(asked: ServiceDeployment, names: Names) -> _Action:
    configuration = {
        "ClusterName": asked.cluster,
        "ServiceName": asked.service,
        "FileName": asked.file,
        "DeploymentTimeout": str(asked.timeout),
    }
    arns = {
        "cluster": names.arn("ecs", f"cluster/{asked.cluster}"),
        "service": names.arn("ecs", f"service/{asked.cluster}/{asked.service}"),
        "tasks": names.arn("ecs", f"task/{asked.cluster}/*"),
        "families": names.arn("ecs", f"task-definition/{asked.task_family or asked.service}:*"),
    }
    return _Action("service", "ECS", configuration, arns, sorted(asked.task_roles))


def _to_stack(asked: StackDeployment, artifact: str, names: Names) -> _Action:
    configuration = {
        "ActionMode": "CREATE_UPDATE",
        "StackName": asked.name,
        "RoleArn": asked.role,
        "TemplatePath": f"{artifact}::{asked.template}",
        "TemplateConfiguration": f"{artifact}::{asked.configuration}" if asked.configuration else None,
        "Capabilities": ",".join(sorted(set(asked.capabilities))) or None,
    }
    arns = {"stacks": names.arn("cloudformation", f"stack/{asked.name}/*")}
    if "CAPABILITY_AUTO_EXPAND" in asked.capabilities:
        # Macros, of which AWS's own belong to the account "aws": each is a change set of its own.
        arns["macros"] = names.arn("cloudformation", "transform/*")
        arns["transforms"] = f"arn:{names.partition}:cloudformation:{names.region}:aws:transform/*"
    return _Action("stack", "CloudFormation", configuration, arns, [asked.role])


# Origins of the deployment's own values, below `pipeline.deploy`.
DEPLOY_ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("pipeline.deploy",),
    "category": ("pipeline.deploy",),
    "provider": ("pipeline.deploy",),
    "configuration": ("pipeline.deploy",),
    "configuration.*": ("pipeline.deploy",),
    "artifact": ("pipeline.deploy.artifact", "pipeline.builds"),
    "build": ("pipeline.deploy.build",),
    "batch": ("pipeline.deploy.build", "builds.*.batch"),
    "batch.combine_artifacts": ("builds.*.batch.combine_artifacts",),
    "on_failure": ("pipeline.deploy.on_failure",),
    "arns": ("pipeline.deploy",),
    "arns.*": ("pipeline.deploy",),
    "role_arns": ("pipeline.deploy",),
    "role_arns.*": ("pipeline.deploy",),
}
