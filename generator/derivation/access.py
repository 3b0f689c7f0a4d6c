"""Module `access`: the roles of the builds, one each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.derivation.module import Module
from generator.spec.sign_in import connection_service, sign_in
from generator.spec.starts import pipeline_builds, reads_source

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.model.secret import Secret
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class RoleContext:
    """The role of one build: what it may reach beyond its own log streams and artifacts."""

    key: str
    name: str
    project_arn: str
    secret_arns: list[str]
    parameter_arns: list[str]
    repository_arns: list[str]
    connection: bool
    pipeline: bool


@dataclass(frozen=True, slots=True)
class AccessContext:
    """Arguments of module `access`."""

    roles: list[RoleContext]
    permissions_boundary: str | None
    connection_arn: str | None
    connection_service: str
    pipeline_prefix: str

    @property
    def reads_secrets(self) -> bool:
        """Whether some build reads a secret or a parameter, which must exist before its first run."""
        return any(role.secret_arns or role.parameter_arns for role in self.roles)


@dataclass(frozen=True, slots=True)
class AccessShape:
    """Features of module `access`: what some build may reach."""

    kms: bool
    boundary: bool
    secrets: bool
    parameters: bool
    codecommit: bool
    tracing: bool
    connection: bool
    pipeline: bool


def access(spec: EnvironmentSpec, names: Names) -> Module:
    """Derive module `access`."""
    roles = [_role(key, spec, names) for key in sorted(spec.builds)]
    shape = AccessShape(
        kms=spec.encryption is not None,
        boundary=spec.access.permissions_boundary is not None,
        secrets=any(role.secret_arns for role in roles),
        parameters=any(role.parameter_arns for role in roles),
        codecommit=any(role.repository_arns for role in roles),
        tracing=spec.tracing is not None,
        connection=any(role.connection for role in roles),
        pipeline=any(role.pipeline for role in roles),
    )
    connection = spec.source.connection
    arguments = AccessContext(
        roles=roles,
        permissions_boundary=spec.access.permissions_boundary,
        connection_arn=connection.arn if connection else None,
        connection_service=connection_service(spec.source),
        pipeline_prefix=names.pipeline_prefix,
    )
    return Module(arguments, shape)


def _role(key: str, spec: EnvironmentSpec, names: Names) -> RoleContext:
    secrets = spec.builds[key].secrets.values()
    repository = urlsplit(spec.source.repository).path.rsplit("/", 1)[-1]
    way = sign_in(spec) if reads_source(spec, key) else None
    credential = spec.source.credential
    token = {credential.secret} if way and way.kind != "connection" and credential and credential.secret else set()
    return RoleContext(
        key=key,
        name=names.role(key),
        project_arn=names.project_arn(key),
        secret_arns=sorted({_secret_arn(secret, names) for secret in secrets if secret.secrets_manager} | token),
        parameter_arns=sorted({_parameter_arn(secret, names) for secret in secrets if secret.parameter}),
        repository_arns=[names.arn("codecommit", repository)]
        if spec.source.type == "codecommit" and reads_source(spec, key)
        else [],
        connection=way is not None and way.kind == "connection",
        pipeline=key in pipeline_builds(spec),
    )


def _secret_arn(secret: Secret, names: Names) -> str:
    name = str(secret.secrets_manager)
    # Secrets Manager appends a hyphen and six random characters to the ARN of a secret that is known by its name.
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
    return name if name.startswith("arn:") else names.arn("secretsmanager", f"secret:{name}-??????")


def _parameter_arn(secret: Secret, names: Names) -> str:
    return names.arn("ssm", f"parameter/{str(secret.parameter).removeprefix('/')}")


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "access.roles": ("builds",),
    "access.roles.*": ("builds.*",),
    "access.roles.*.key": ("builds.*",),
    "access.roles.*.name": ("builds.*", "stack"),
    "access.roles.*.project_arn": ("builds.*", "stack", "region", "account"),
    "access.roles.*.secret_arns": ("builds.*.secrets", "source.credential.secret"),
    "access.roles.*.parameter_arns": ("builds.*.secrets",),
    "access.roles.*.repository_arns": ("source.repository",),
    "access.roles.*.connection": ("source.connection",),
    "access.roles.*.pipeline": ("pipeline.builds",),
    "access.connection_arn": ("source.connection.arn",),
    "access.connection_service": ("source.connection.arn",),
    "access.pipeline_prefix": ("stack",),
    "access.permissions_boundary": ("access.permissions_boundary",),
    "shapes.access.boundary": ("access.permissions_boundary",),
    "shapes.access.codecommit": ("source.type",),
    "shapes.access.connection": ("source.connection",),
    "shapes.access.pipeline": ("pipeline",),
    "shapes.access.kms": ("encryption",),
    "shapes.access.parameters": ("builds.*.secrets",),
    "shapes.access.secrets": ("builds.*.secrets",),
    "shapes.access.tracing": ("tracing",),
}
