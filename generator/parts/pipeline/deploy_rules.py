"""Rules of the pipeline's last stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.builds.starts import pipeline_steps
from generator.model.rules.finding import Finding
from generator.parts.connection.rules import foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.pipeline.deploy_section import Deploy

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
    yield from _artifact(spec, deploy)
    yield from _roles(deploy, spec)


def _artifact(spec: EnvironmentSpec, deploy: Deploy) -> Iterator[Finding]:
    path, steps = (*_AT, "artifact"), pipeline_steps(spec)
    built = [name for step in steps for name in step]
    named = deploy.artifact or (steps[-1][0] if steps and len(steps[-1]) == 1 else None)
    if not steps:
        return
    if named is None:
        message = f"which artifact is deployed? The last step has {len(steps[-1])} builds"
        yield Finding(path, message, "say it: artifact: NAME", "deploy-artifact")
    elif named not in built:
        message = f"{named} is not a build of the pipeline before the deployment"
        yield Finding(path, message, f"name one of {', '.join(built)}", "deploy-artifact")
    elif named in spec.builds and spec.builds[named].artifact.type == "none":
        message = f"{named} leaves no artifact (artifact.type: none)"
        yield Finding(path, message, "name another build, or let it leave one", "deploy-artifact")


def _roles(deploy: Deploy, spec: EnvironmentSpec) -> Iterator[Finding]:
    if deploy.stack:
        yield from foreign((*_AT, "stack", "role"), deploy.stack.role, spec, region=False)
    for index, role in enumerate(deploy.service.task_roles if deploy.service else ()):
        yield from foreign((*_AT, "service", "task_roles", index), role, spec, region=False)
