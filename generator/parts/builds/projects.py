"""Derive one CodeBuild project from one build of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute
from generator.model.builds.caches import cache_of, s3_path
from generator.model.builds.images import image_of, is_own
from generator.parts.builds import settings as parts
from generator.parts.builds.buildspec import buildspec, pinned_runtimes

if TYPE_CHECKING:
    from generator.parts.builds.section.build import Build
    from generator.parts.builds.section.secret import Secret
    from generator.parts.builds.settings import (
        ProjectArtifact,
        ProjectBatch,
        ProjectFileSystem,
        ProjectFleet,
        ProjectSource,
        SecondaryArtifactContext,
        StatusReport,
    )
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """One variable of a build, in CodeBuild's words."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """One CodeBuild project. What a project may lack is None or empty where it does."""

    key: str
    label: str
    name: str
    description: str
    image: str
    image_credentials: str
    registry_credential: str | None
    certificate: str | None
    compute_type: str
    environment_type: str
    fleet_arn: str | None
    fleet: ProjectFleet | None
    timeout_minutes: int | None
    queued_timeout_minutes: int | None
    concurrent_builds: int | None
    privileged: bool
    network: bool
    badge: bool
    batch: ProjectBatch | None
    cache_type: str
    cache_modes: list[str]
    cache_path: str | None
    file_systems: dict[str, ProjectFileSystem]
    log_group: str
    s3_logs: bool
    runtime: dict[str, str]
    buildspec_file: str | None
    buildspec: dict[str, object] | None
    source: ProjectSource | None
    signs_in: bool
    secondary_sources: dict[str, ProjectSource]
    commit_status: StatusReport | None
    artifact: ProjectArtifact | None
    secondary_artifacts: dict[str, SecondaryArtifactContext]
    variables: list[EnvironmentVariable]
    tags: dict[str, str]


def project(key: str, scope: Scope, asked: Contribution) -> ProjectContext:
    """Derive the project of the build that the spec calls `key`."""
    spec, names = scope.spec, scope.names
    build, image = spec.builds[key], str(image_of(spec.builds[key]))
    machine, name = compute(build.compute), names.projects[key]
    on_lambda, cache = machine.family == "lambda", cache_of(spec, build)
    status = build.commit_status
    return ProjectContext(
        key=key,
        label=names.label(key),
        name=name,
        description=build.description or f"Build {names.label(key)} of {names.prefix}",
        image=image,
        image_credentials="CODEBUILD" if is_own(image) else "SERVICE_ROLE",
        registry_credential=build.registry_credential,
        certificate=names.object_arn(build.certificate) if build.certificate else None,
        compute_type=machine.type,
        environment_type=str(machine.environment_type(build.architecture)),
        fleet_arn=build.fleet.arn if build.fleet else None,
        fleet=parts.fleet(build, name),
        timeout_minutes=None if on_lambda else build.timeout,
        queued_timeout_minutes=None if on_lambda else build.queued_timeout,
        concurrent_builds=build.concurrent_builds,
        privileged=build.privileged,
        network=build.network,
        badge=build.badge,
        batch=parts.batch(build),
        cache_type={"local": "LOCAL", "s3": "S3", "none": "NO_CACHE"}[cache],
        cache_modes=_cache_modes(build) if cache == "local" else [],
        cache_path=s3_path(spec, key),
        file_systems=parts.file_systems(build, names),
        log_group=names.log_groups[key],
        s3_logs=build.s3_logs,
        runtime=pinned_runtimes(build),
        buildspec_file=None if build.phases or build.runner else build.buildspec or "buildspec.yml",
        buildspec=buildspec(key, build, names, asked.commands),
        source=parts.own_source(spec, key),
        signs_in=parts.signs_in(spec, key),
        secondary_sources={
            each: parts.secondary_source(source) for each, source in sorted(build.secondary_sources.items())
        },
        commit_status=parts.StatusReport(status.context, status.target_url) if status else None,
        artifact=parts.artifact(spec, key),
        secondary_artifacts=parts.secondary_artifacts(build),
        variables=_variables(key, build, asked),
        tags=dict(sorted(build.tags.items())),
    )


def _cache_modes(build: Build) -> list[str]:
    docker = ["LOCAL_DOCKER_LAYER_CACHE"] if build.privileged else []
    return ["LOCAL_CUSTOM_CACHE", *docker, "LOCAL_SOURCE_CACHE"]


def _variables(key: str, build: Build, asked: Contribution) -> list[EnvironmentVariable]:
    plain = [EnvironmentVariable(name, "PLAINTEXT", value) for name, value in build.variables.items()]
    secret = [_reference(name, reference) for name, reference in build.secrets.items()]
    # What the user sets is the user's.
    given = {each.name: each.value for each in asked.variables if each.build == key}
    added = [
        EnvironmentVariable(name, "PLAINTEXT", value)
        for name, value in given.items()
        if name not in build.variables and name not in build.secrets
    ]
    # The provider compares an ordered list: unsorted variables show up as changes in every plan.
    return sorted([*plain, *secret, *added], key=lambda variable: variable.name)


def _reference(name: str, secret: Secret) -> EnvironmentVariable:
    if secret.parameter is not None:
        return EnvironmentVariable(name, "PARAMETER_STORE", secret.parameter)
    key = f":{secret.json_key}" if secret.json_key else ""
    return EnvironmentVariable(name, "SECRETS_MANAGER", f"{secret.secrets_manager}{key}")


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "builds.projects.*": ("builds.*",),
    "builds.projects.*.key": ("builds.*",),
    "builds.projects.*.label": ("builds.*", "builds.*.names.label"),
    "builds.projects.*.name": ("builds.*", "stack", "names.project"),
    "builds.projects.*.description": ("builds.*.description",),
    "builds.projects.*.image": ("builds.*.image", "builds.*.runtime", "builds.*.compute"),
    "builds.projects.*.image_credentials": ("builds.*.image",),
    "builds.projects.*.registry_credential": ("builds.*.registry_credential",),
    "builds.projects.*.certificate": ("builds.*.certificate", "region"),
    "builds.projects.*.compute_type": ("builds.*.compute",),
    "builds.projects.*.environment_type": ("builds.*.architecture", "builds.*.compute"),
    "builds.projects.*.fleet_arn": ("builds.*.fleet.arn",),
    "builds.projects.*.fleet": ("builds.*.fleet",),
    "builds.projects.*.timeout_minutes": ("builds.*.timeout", "builds.*.compute"),
    "builds.projects.*.queued_timeout_minutes": ("builds.*.queued_timeout", "builds.*.compute"),
    "builds.projects.*.concurrent_builds": ("builds.*.concurrent_builds",),
    "builds.projects.*.privileged": ("builds.*.privileged",),
    "builds.projects.*.network": ("builds.*.network",),
    "builds.projects.*.badge": ("builds.*.badge",),
    "builds.projects.*.batch": ("builds.*.batch",),
    "builds.projects.*.batch.timeout_minutes": ("builds.*.batch.timeout",),
    "builds.projects.*.batch.compute_types": ("builds.*.batch.compute_allowed",),
    "builds.projects.*.cache_type": ("builds.*.cache", "builds.*.compute", "builds.*.network", "network"),
    "builds.projects.*.cache_modes": ("builds.*.cache", "builds.*.privileged", "builds.*.compute", "network"),
    "builds.projects.*.cache_path": ("builds.*.cache", "artifacts.existing.prefix"),
    "builds.projects.*.file_systems": ("builds.*.file_systems",),
    "builds.projects.*.file_systems.*.location": ("builds.*.file_systems.*", "region"),
    "builds.projects.*.log_group": (
        *("logs.group", "logs.existing", "names.log_group", "names.project", "builds.*.names", "stack"),
    ),
    "builds.projects.*.s3_logs": ("builds.*.s3_logs",),
    "builds.projects.*.runtime": ("builds.*.runtime",),
    "builds.projects.*.buildspec_file": ("builds.*.buildspec",),
    "builds.projects.*.buildspec": (
        *("builds.*.phases", "builds.*.runtime", "builds.*.artifact_files", "builds.*.exported_variables"),
        *("builds.*.cache_paths", "builds.*.reports", "builds.*.secondary_artifacts", "tracing"),
        *("builds.*.shell", "builds.*.git_credential_helper", "builds.*.finally", "builds.*.on_failure"),
        "builds.*.artifact",
    ),
    "builds.projects.*.buildspec.env": (
        *("builds.*.exported_variables", "builds.*.shell", "builds.*.git_credential_helper"),
    ),
    "builds.projects.*.buildspec.phases": ("builds.*.phases", "builds.*.finally", "builds.*.on_failure"),
    "builds.projects.*.buildspec.phases.install": ("builds.*.phases.install", "builds.*.runtime", "tracing"),
    "builds.projects.*.buildspec.phases.post_build": ("builds.*.phases.post_build", "tracing"),
    "builds.projects.*.buildspec.phases.*": ("builds.*.phases.*",),
    "builds.projects.*.buildspec.reports": ("builds.*.reports",),
    "builds.projects.*.buildspec.artifacts": (
        "builds.*.artifact_files",
        "builds.*.artifact",
        "builds.*.secondary_artifacts",
    ),
    "builds.projects.*.buildspec.cache": ("builds.*.cache_paths",),
    "builds.projects.*.source": ("builds.*.source", "builds.*.trigger.organization", "builds.*.runner", "pipeline"),
    "builds.projects.*.signs_in": ("builds.*.source.type", "pipeline"),
    "builds.projects.*.source.location": ("builds.*.source.repository", "builds.*.source.object", "source.repository"),
    "builds.projects.*.source.version": ("builds.*.source.branch", "source.branch"),
    "builds.projects.*.secondary_sources": ("builds.*.secondary_sources",),
    "builds.projects.*.secondary_sources.*.location": (
        "builds.*.secondary_sources.*.repository",
        "builds.*.secondary_sources.*.object",
    ),
    "builds.projects.*.secondary_sources.*.version": ("builds.*.secondary_sources.*.branch",),
    "builds.projects.*.commit_status": ("builds.*.commit_status",),
    "builds.projects.*.artifact": ("builds.*.artifact", "builds.*.runner", "pipeline.builds"),
    "builds.projects.*.secondary_artifacts": ("builds.*.secondary_artifacts",),
    "builds.projects.*.tags": ("builds.*.tags",),
    "builds.projects.*.tags.*": ("builds.*.tags.*",),
    "builds.projects.*.variables": ("builds.*.variables", "builds.*.secrets", "builds.*.push_to", "tracing"),
    "builds.projects.*.variables.*": ("builds.*.variables.*", "builds.*.secrets.*", "builds.*.push_to", "tracing"),
}
