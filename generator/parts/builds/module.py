"""Module `builds`: the CodeBuild projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from generator.model.builds.sources import submodules_of
from generator.model.builds.starts import source_types
from generator.parts.builds import projects as derived_projects
from generator.parts.builds.projects import ProjectContext, project
from generator.parts.builds.section.report import TestFormat
from generator.parts.framework.contribution import Contribution
from generator.parts.framework.facts import source
from generator.parts.framework.module import Module
from generator.parts.logs.module import has_several

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class ReportGroupContext:
    """One report group: what it collects, and where in the bucket it exports that to; None where nowhere."""

    key: str
    name: str
    type: str
    export_path: str | None
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class BuildsContext:
    """Arguments of module `builds`."""

    projects: list[ProjectContext]
    report_groups: list[ReportGroupContext]
    s3_key_arn: str

    @property
    def in_repository(self) -> list[ProjectContext]:
        """The projects whose buildspec lies in the repository."""
        return [project for project in self.projects if project.buildspec_file is not None]

    @property
    def has_batches(self) -> bool:
        """Whether some project can run batches."""
        return any(project.batch for project in self.projects)

    @property
    def has_sources(self) -> bool:
        """Whether some project reads something else than the stack's repository."""
        return any(project.source for project in self.projects)

    @property
    def has_variables(self) -> bool:
        """Whether some build gets variables."""
        return any(project.variables for project in self.projects)

    @property
    def has_fleets(self) -> bool:
        """Whether some project has machines of its own, which the stack reserves."""
        return any(project.fleet for project in self.projects)

    @property
    def pulls_images(self) -> bool:
        """Whether some project runs in an image that is not CodeBuild's."""
        return any(project.image_credentials == "SERVICE_ROLE" for project in self.projects)


@dataclass(frozen=True, slots=True)
class BuildsShape:
    """Features of module `builds`: what some build has."""

    kms: bool
    log_groups: bool
    artifact: bool
    artifact_prefix: bool
    auth: bool
    badge: bool
    batch: bool
    certificate: bool
    commit_status: bool
    file_systems: bool
    fleet: bool
    fleet_arn: bool
    network: bool
    registry_credential: bool
    report_export: bool
    reports: bool
    s3_cache: bool
    s3_logs: bool
    secondary_artifacts: bool
    secondary_sources: bool
    sources: bool
    submodules: bool
    tags: bool


def builds(scope: Scope, asked: Contribution) -> Module:
    """Derive module `builds`."""
    spec, names = scope.spec, scope.names
    projects = [project(key, scope, asked) for key in sorted(spec.builds)]
    groups = _report_groups(spec, names)
    shape = BuildsShape(
        kms=spec.encryption is not None,
        log_groups=has_several(scope),
        artifact=any(each.artifact for each in projects),
        artifact_prefix=bool(names.prefix_in_bucket),
        auth=source(spec).auth_type is not None,
        badge=any(each.badge for each in projects),
        batch=any(each.batch for each in projects),
        certificate=any(each.certificate for each in projects),
        commit_status=any(each.commit_status for each in projects),
        file_systems=any(each.file_systems for each in projects),
        fleet=any(each.fleet for each in projects),
        fleet_arn=any(each.fleet_arn for each in projects),
        network=spec.network is not None,
        registry_credential=any(each.registry_credential for each in projects),
        report_export=any(group.export_path for group in groups),
        reports=bool(groups),
        s3_cache=any(each.cache_type == "S3" for each in projects),
        s3_logs=any(each.s3_logs for each in projects),
        secondary_artifacts=any(each.secondary_artifacts for each in projects),
        secondary_sources=any(each.secondary_sources for each in projects),
        sources=any(each.source for each in projects),
        submodules=submodules_of(spec.source.type, asked=spec.source.submodules) is not None,
        tags=any(each.tags for each in projects),
    )
    return Module(BuildsContext(projects, groups, names.arn("kms", "alias/aws/s3")), shape)


def _report_groups(spec: EnvironmentSpec, names: Names) -> list[ReportGroupContext]:
    return [
        ReportGroupContext(
            key=f"{key}/{name}",
            name=names.report_group(key, name),
            type="TEST" if report.format in get_args(TestFormat) else "CODE_COVERAGE",
            export_path=f"{names.folder(key)}/reports" if report.export else None,
            tags=dict(sorted(build.tags.items())),
        )
        for key, build in sorted(spec.builds.items())
        for name, report in sorted(build.reports.items())
    ]


def contributes(scope: Scope) -> Contribution:
    """Ask for the ways to what the builds call; reports and batches are CodeBuild's own calls from inside a build."""
    builds = {key: build for key, build in scope.spec.builds.items() if build.network}
    secrets = [secret for build in builds.values() for secret in build.secrets.values()]
    called = {
        "codebuild": True,
        "codeartifact.api": any(build.package_repositories for build in builds.values()),
        "codeartifact.repositories": any(build.package_repositories for build in builds.values()),
        "git-codecommit": any("codecommit" in source_types(scope.spec, key) for key in builds),
        "secretsmanager": any(secret.secrets_manager for secret in secrets),
        "ssm": any(secret.parameter for secret in secrets),
    }
    return Contribution(endpoints=tuple(service for service, is_called in called.items() if is_called))


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "builds.projects": ("builds",),
    **derived_projects.ORIGINS,
    "builds.report_groups": ("builds.*.reports",),
    "builds.report_groups.*": ("builds.*.reports",),
    "builds.report_groups.*.key": ("builds.*.reports",),
    "builds.report_groups.*.name": ("builds.*.reports", "stack"),
    "builds.report_groups.*.tags": ("builds.*.tags",),
    "builds.report_groups.*.tags.*": ("builds.*.tags.*",),
    "builds.report_groups.*.type": ("builds.*.reports.*.format",),
    "builds.report_groups.*.export_path": ("builds.*.reports.*.export", "artifacts.existing.prefix"),
    "builds.s3_key_arn": ("region", "account"),
    "shapes.builds.artifact_prefix": ("artifacts.existing.prefix",),
    "shapes.builds.artifact": ("builds.*.artifact", "builds.*.runner", "pipeline.builds"),
    "shapes.builds.auth": ("source.connection", "source.credential"),
    "shapes.builds.badge": ("builds.*.badge",),
    "shapes.builds.batch": ("builds.*.batch",),
    "shapes.builds.certificate": ("builds.*.certificate",),
    "shapes.builds.commit_status": ("builds.*.commit_status",),
    "shapes.builds.file_systems": ("builds.*.file_systems",),
    "shapes.builds.fleet": ("builds.*.fleet",),
    "shapes.builds.fleet_arn": ("builds.*.fleet.arn",),
    "shapes.builds.log_groups": ("logs.group", "logs.existing"),
    "shapes.builds.kms": ("encryption",),
    "shapes.builds.network": ("network",),
    "shapes.builds.registry_credential": ("builds.*.registry_credential",),
    "shapes.builds.report_export": ("builds.*.reports.*.export",),
    "shapes.builds.reports": ("builds.*.reports",),
    "shapes.builds.s3_cache": ("builds.*.cache",),
    "shapes.builds.s3_logs": ("builds.*.s3_logs",),
    "shapes.builds.secondary_artifacts": ("builds.*.secondary_artifacts",),
    "shapes.builds.secondary_sources": ("builds.*.secondary_sources",),
    "shapes.builds.sources": ("builds.*.source", "builds.*.trigger.organization", "builds.*.runner", "pipeline"),
    "shapes.builds.tags": ("builds.*.tags",),
    "shapes.builds.submodules": ("source.type",),
}
