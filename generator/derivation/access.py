"""Module `access`: the role of the builds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.derivation.module import Module

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.model.secret import Secret
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class AccessContext:
    """Arguments of module `access`."""

    role_name: str
    project_arns: list[str]
    permissions_boundary: str | None
    secret_arns: list[str]
    parameter_arns: list[str]
    repository_arn: str | None


@dataclass(frozen=True, slots=True)
class AccessShape:
    """Features of module `access`: what the builds may reach."""

    kms: bool
    boundary: bool
    secrets: bool
    parameters: bool
    codecommit: bool


def access(spec: EnvironmentSpec, names: Names) -> Module:
    """Derive module `access`."""
    secrets = [secret for build in spec.builds.values() for secret in build.secrets.values()]
    repository = urlsplit(spec.source.repository).path.rsplit("/", 1)[-1]
    arguments = AccessContext(
        role_name=names.role,
        project_arns=[names.project_arn(build) for build in sorted(spec.builds)],
        permissions_boundary=spec.access.permissions_boundary,
        secret_arns=sorted({_secret_arn(secret, names) for secret in secrets if secret.secrets_manager}),
        parameter_arns=sorted({_parameter_arn(secret, names) for secret in secrets if secret.parameter}),
        repository_arn=names.arn("codecommit", repository) if spec.source.type == "codecommit" else None,
    )
    shape = AccessShape(
        kms=spec.encryption is not None,
        boundary=arguments.permissions_boundary is not None,
        secrets=bool(arguments.secret_arns),
        parameters=bool(arguments.parameter_arns),
        codecommit=arguments.repository_arn is not None,
    )
    return Module(arguments, shape)


def _secret_arn(secret: Secret, names: Names) -> str:
    name = str(secret.secrets_manager)
    # Secrets Manager appends a hyphen and six random characters to the ARN of a secret that is known by its name.
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
    return name if name.startswith("arn:") else names.arn("secretsmanager", f"secret:{name}-??????")


def _parameter_arn(secret: Secret, names: Names) -> str:
    return names.arn("ssm", f"parameter/{str(secret.parameter).removeprefix('/')}")


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "access.role_name": ("stack",),
    "access.project_arns": ("builds", "stack", "region", "account"),
    "access.permissions_boundary": ("access.permissions_boundary",),
    "access.secret_arns": ("builds.*.secrets",),
    "access.parameter_arns": ("builds.*.secrets",),
    "access.repository_arn": ("source.repository",),
    "shapes.access.boundary": ("access.permissions_boundary",),
    "shapes.access.codecommit": ("source.type",),
    "shapes.access.kms": ("encryption",),
    "shapes.access.parameters": ("builds.*.secrets",),
    "shapes.access.secrets": ("builds.*.secrets",),
}
