"""The contexts of the root templates: one frozen dataclass a module, plus the environment's own facts.

Every field is a plain value that a template prints; nothing is left to compute in Jinja. `ORIGINS` says for each field
which spec keys it comes from, so that any line of HCL can be traced to the line of YAML that made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class EnvironmentContext:
    """Facts of the environment as a whole."""

    name: str
    stack: str
    environment_class: str
    description: str
    region: str
    account: str
    partition: str
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class StateContext:
    """The S3 backend: where the state lies."""

    bucket: str
    key: str
    region: str
    account: str


@dataclass(frozen=True, slots=True)
class SourceContext:
    """Source of every build, in CodeBuild's words."""

    type: str
    location: str
    version: str
    clone_depth: int
    submodules: bool


@dataclass(frozen=True, slots=True)
class EncryptionContext:
    """Arguments of module `encryption`."""

    alias: str
    account_root_arn: str
    logs_service: str
    log_group_arn: str
    deletion_window_days: int
    rotation_days: int


@dataclass(frozen=True, slots=True)
class ArtifactsContext:
    """Arguments of module `artifacts`; None where its shape has no such argument."""

    bucket_name: str
    kms: bool
    bucket_key: bool
    archive_after_days: int | None
    archive_storage_class: str
    expire_after_days: int | None
    expire_noncurrent_after_days: int
    abort_uploads_after_days: int
    force_destroy: bool


@dataclass(frozen=True, slots=True)
class LogsContext:
    """Arguments of module `logs`."""

    group_name: str
    retention_days: int


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
class EnvironmentVariable:
    """One variable of a build, in CodeBuild's words."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """One CodeBuild project."""

    key: str
    name: str
    description: str
    image: str
    image_credentials: str
    compute_type: str
    environment_type: str
    timeout_minutes: int
    queued_timeout_minutes: int
    concurrent_builds: int | None
    privileged: bool
    cache_type: str
    cache_modes: list[str]
    runtime: dict[str, str]
    buildspec_file: str | None
    buildspec: dict[str, object] | None
    variables: list[EnvironmentVariable]


@dataclass(frozen=True, slots=True)
class BuildsContext:
    """Arguments of module `builds`."""

    projects: list[ProjectContext]

    @property
    def in_repository(self) -> list[ProjectContext]:
        """The projects whose buildspec lies in the repository."""
        return [project for project in self.projects if project.buildspec_file is not None]


# Dotted context path -> dotted spec keys; `*` stands for any key or index.
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "environment.name": (),
    "environment.stack": ("stack",),
    "environment.environment_class": ("class",),
    "environment.description": ("description",),
    "environment.region": ("region",),
    "environment.account": ("account",),
    "environment.partition": ("region",),
    "environment.tags": ("tags", "stack"),
    "environment.tags.*": ("tags.*", "stack"),
    "state": ("state",),
    "state.bucket": ("state.bucket",),
    "state.key": ("state.key", "stack"),
    "state.region": ("state.region", "region"),
    "state.account": ("account",),
    "source.type": ("source.type",),
    "source.location": ("source.repository",),
    "source.version": ("source.branch",),
    "source.clone_depth": ("source.clone_depth",),
    "source.submodules": ("source.submodules",),
    "encryption": ("encryption.enabled",),
    "encryption.alias": ("stack",),
    "encryption.account_root_arn": ("account", "region"),
    "encryption.logs_service": ("region",),
    "encryption.log_group_arn": ("stack", "region", "account"),
    "encryption.deletion_window_days": ("encryption.deletion_window_days",),
    "encryption.rotation_days": ("encryption.rotation_days",),
    "artifacts.bucket_name": ("artifacts.bucket", "stack", "account"),
    "artifacts.kms": ("artifacts.encryption",),
    "artifacts.bucket_key": ("artifacts.bucket_key",),
    "artifacts.archive_after_days": ("artifacts.archive_after_days",),
    "artifacts.archive_storage_class": ("artifacts.archive_storage_class",),
    "artifacts.expire_after_days": ("artifacts.expire_after_days",),
    "artifacts.expire_noncurrent_after_days": ("artifacts.expire_noncurrent_after_days",),
    "artifacts.abort_uploads_after_days": ("artifacts.abort_uploads_after_days",),
    "artifacts.force_destroy": ("artifacts.force_destroy",),
    "logs.group_name": ("stack",),
    "logs.retention_days": ("logs.retention_days",),
    "access.role_name": ("stack",),
    "access.project_arns": ("builds", "stack", "region", "account"),
    "access.permissions_boundary": ("access.permissions_boundary",),
    "access.secret_arns": ("builds.*.secrets",),
    "access.parameter_arns": ("builds.*.secrets",),
    "access.repository_arn": ("source.repository",),
    "builds.projects": ("builds",),
    "builds.projects.*": ("builds.*",),
    "builds.projects.*.key": ("builds.*",),
    "builds.projects.*.name": ("builds.*", "stack"),
    "builds.projects.*.description": ("builds.*.description",),
    "builds.projects.*.image": ("builds.*.image", "builds.*.runtime"),
    "builds.projects.*.image_credentials": ("builds.*.image",),
    "builds.projects.*.compute_type": ("builds.*.compute",),
    "builds.projects.*.environment_type": ("builds.*.architecture",),
    "builds.projects.*.timeout_minutes": ("builds.*.timeout",),
    "builds.projects.*.queued_timeout_minutes": ("builds.*.queued_timeout",),
    "builds.projects.*.concurrent_builds": ("builds.*.concurrent_builds",),
    "builds.projects.*.privileged": ("builds.*.privileged",),
    "builds.projects.*.cache_type": ("builds.*.cache",),
    "builds.projects.*.cache_modes": ("builds.*.cache", "builds.*.privileged"),
    "builds.projects.*.runtime": ("builds.*.runtime",),
    "builds.projects.*.buildspec_file": ("builds.*.buildspec",),
    "builds.projects.*.buildspec": ("builds.*.phases", "builds.*.runtime", "builds.*.artifact_files"),
    "builds.projects.*.buildspec.phases": ("builds.*.phases",),
    "builds.projects.*.buildspec.phases.install": ("builds.*.phases.install", "builds.*.runtime"),
    "builds.projects.*.buildspec.phases.*": ("builds.*.phases.*",),
    "builds.projects.*.buildspec.artifacts": ("builds.*.artifact_files",),
    "builds.projects.*.variables": ("builds.*.variables", "builds.*.secrets"),
    "builds.projects.*.variables.*": ("builds.*.variables.*", "builds.*.secrets.*"),
    # The shapes: which part of a module is there.
    "shapes.access.boundary": ("access.permissions_boundary",),
    "shapes.access.codecommit": ("source.type",),
    "shapes.access.kms": ("encryption.enabled",),
    "shapes.access.parameters": ("builds.*.secrets",),
    "shapes.access.secrets": ("builds.*.secrets",),
    "shapes.artifacts.archive": ("artifacts.archive_after_days",),
    "shapes.artifacts.expire": ("artifacts.expire_after_days",),
    "shapes.artifacts.kms": ("artifacts.encryption",),
    "shapes.builds.kms": ("encryption.enabled",),
    "shapes.logs.kms": ("encryption.enabled",),
}
