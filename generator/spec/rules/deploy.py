"""Rules of the pipeline's last stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.spec.rules.connection import foreign
from generator.spec.rules.finding import Finding
from generator.spec.starts import pipeline_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.spec.model.deploy import Deploy
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.rules.finding import Path

_AT: Final[Path] = ("pipeline", "deploy")


def deployment(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The pipeline deploys one artifact to one place."""
    asked = spec.pipeline
    if asked is None or asked.deploy is None:
        return
    yield from _target(spec, asked.deploy)
    if asked.execution_mode == "parallel" and asked.deploy.on_failure == "rollback":
        message = "executions that run side by side cannot be rolled back"
        yield Finding((*_AT, "on_failure"), message, "use fail, or another execution_mode", "deploy-rollback")


def _target(spec: EnvironmentSpec, deploy: Deploy) -> Iterator[Finding]:
    targets = [key for key in ("build", "bucket", "service", "stack") if getattr(deploy, key)]
    if len(targets) != 1:
        message = f"must go to one place, got {' and '.join(targets) or 'none'}"
        yield Finding(_AT, message, "keep one of build, bucket, service and stack", "deploy-target")
    steps = pipeline_steps(spec)
    built = [name for step in steps for name in step]
    if deploy.artifact and deploy.artifact not in built:
        message = f"{deploy.artifact} is no build of the pipeline before the deployment"
        yield Finding((*_AT, "artifact"), message, f"name one of {', '.join(built)}", "deploy-artifact")
    elif not deploy.artifact and steps and len(steps[-1]) != 1:
        message = f"which artifact is deployed? The last step has {len(steps[-1])} builds"
        yield Finding((*_AT, "artifact"), message, "say it: artifact: NAME", "deploy-artifact")
    yield from _roles(deploy, spec)


def _roles(deploy: Deploy, spec: EnvironmentSpec) -> Iterator[Finding]:
    if deploy.stack:
        yield from foreign((*_AT, "stack", "role"), deploy.stack.role, spec, region=False)
    for index, role in enumerate(deploy.service.task_roles if deploy.service else ()):
        yield from foreign((*_AT, "service", "task_roles", index), role, spec, region=False)
