"""Derive everything that the templates print from one environment's spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.derivation.contexts import (
    AccessContext,
    ArtifactsContext,
    BuildsContext,
    EncryptionContext,
    EnvironmentContext,
    LogsContext,
    SourceContext,
    StateContext,
)
from generator.derivation.projects import project
from generator.derivation.shapes import AccessShape, ArtifactsShape, BuildsShape, EncryptionShape, LogsShape
from generator.spec.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.spec.environment import Environment
    from generator.spec.model import EnvironmentSpec, Secret

SOURCE_TYPES: Final = {
    "github": "GITHUB",
    "github-enterprise": "GITHUB_ENTERPRISE",
    "gitlab": "GITLAB",
    "bitbucket": "BITBUCKET",
    "codecommit": "CODECOMMIT",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """All that rendering needs to know of one environment.

    Attributes:
        environment: its name.
        root: context of the root templates: `environment`, `source`, `state` and one entry a module (None where it is
            off).
        shapes: shape of each module that exists, by name.
    """

    environment: str
    root: Mapping[str, object]
    shapes: Mapping[str, object]


def derive(environment: Environment) -> Stack:
    """Derive names, ARNs, tags and module arguments from `environment`."""
    spec, names = environment.spec, Names.of(environment.name, environment.spec)
    kms = spec.encryption.enabled
    access = _access(spec, names)
    root: dict[str, object] = {
        "environment": _environment(spec, names),
        "state": _state(spec, names),
        "source": _source(spec),
        "encryption": _encryption(spec, names) if kms else None,
        "artifacts": _artifacts(spec, names),
        "logs": LogsContext(group_name=names.log_group, retention_days=spec.logs.retention_days),
        "access": access,
        "builds": BuildsContext(
            projects=[project(key, build, names.projects[key]) for key, build in sorted(spec.builds.items())]
        ),
    }
    shapes: dict[str, object] = {
        "access": AccessShape(
            kms=kms,
            boundary=access.permissions_boundary is not None,
            secrets=bool(access.secret_arns),
            parameters=bool(access.parameter_arns),
            codecommit=access.repository_arn is not None,
        ),
        "artifacts": ArtifactsShape(
            kms=spec.artifacts.encryption == "kms",
            archive=spec.artifacts.archive_after_days is not None,
            expire=spec.artifacts.expire_after_days is not None,
        ),
        "builds": BuildsShape(kms=kms),
        **({"encryption": EncryptionShape()} if kms else {}),
        "logs": LogsShape(kms=kms),
    }
    return Stack(environment=environment.name, root=root, shapes=shapes)


def _environment(spec: EnvironmentSpec, names: Names) -> EnvironmentContext:
    own = {"Environment": names.environment, "ManagedBy": "tfstencil", "Stack": spec.stack}
    return EnvironmentContext(
        name=names.environment,
        stack=spec.stack,
        environment_class=spec.environment_class,
        description=spec.description,
        region=spec.region,
        account=spec.account,
        partition=names.partition,
        tags=dict(sorted({**spec.tags, **own}.items())),
    )


def _state(spec: EnvironmentSpec, names: Names) -> StateContext | None:
    if spec.state is None:
        return None
    return StateContext(
        bucket=spec.state.bucket,
        key=spec.state.key or names.state_key,
        region=spec.state.region or spec.region,
        account=spec.account,
    )


def _source(spec: EnvironmentSpec) -> SourceContext:
    return SourceContext(
        type=SOURCE_TYPES[spec.source.type],
        location=spec.source.repository,
        version=spec.source.branch,
        clone_depth=spec.source.clone_depth,
        submodules=spec.source.submodules,
    )


def _encryption(spec: EnvironmentSpec, names: Names) -> EncryptionContext:
    return EncryptionContext(
        alias=names.key_alias,
        account_root_arn=names.global_arn("iam", "root"),
        logs_service=f"logs.{spec.region}.amazonaws.com",
        log_group_arn=names.arn("logs", f"log-group:{names.log_group}"),
        deletion_window_days=spec.encryption.deletion_window_days,
        rotation_days=spec.encryption.rotation_days,
    )


def _artifacts(spec: EnvironmentSpec, names: Names) -> ArtifactsContext:
    artifacts = spec.artifacts
    return ArtifactsContext(
        bucket_name=names.bucket,
        kms=artifacts.encryption == "kms",
        bucket_key=artifacts.bucket_key,
        archive_after_days=artifacts.archive_after_days,
        archive_storage_class=artifacts.archive_storage_class,
        expire_after_days=artifacts.expire_after_days,
        expire_noncurrent_after_days=artifacts.expire_noncurrent_after_days,
        abort_uploads_after_days=artifacts.abort_uploads_after_days,
        force_destroy=artifacts.force_destroy,
    )


def _access(spec: EnvironmentSpec, names: Names) -> AccessContext:
    secrets = [secret for build in spec.builds.values() for secret in build.secrets.values()]
    repository = urlsplit(spec.source.repository).path.rsplit("/", 1)[-1]
    return AccessContext(
        role_name=names.role,
        project_arns=[names.project_arn(build) for build in sorted(spec.builds)],
        permissions_boundary=spec.access.permissions_boundary,
        secret_arns=sorted({_secret_arn(secret, names) for secret in secrets if secret.secrets_manager}),
        parameter_arns=sorted({_parameter_arn(secret, names) for secret in secrets if secret.parameter}),
        repository_arn=names.arn("codecommit", repository) if spec.source.type == "codecommit" else None,
    )


def _secret_arn(secret: Secret, names: Names) -> str:
    name = str(secret.secrets_manager)
    # Secrets Manager appends a hyphen and six random characters to the ARN of a secret that is known by its name.
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
    return name if name.startswith("arn:") else names.arn("secretsmanager", f"secret:{name}-??????")


def _parameter_arn(secret: Secret, names: Names) -> str:
    return names.arn("ssm", f"parameter/{str(secret.parameter).removeprefix('/')}")
