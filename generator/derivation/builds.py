"""Module `builds`: the CodeBuild projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.facts import source
from generator.derivation.module import Module
from generator.derivation.projects import ProjectContext, project
from generator.derivation.tracing import traced
from generator.spec.starts import pipeline_builds

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class BuildsContext:
    """Arguments of module `builds`."""

    projects: list[ProjectContext]

    @property
    def in_repository(self) -> list[ProjectContext]:
        """The projects whose buildspec lies in the repository."""
        return [project for project in self.projects if project.buildspec_file is not None]


@dataclass(frozen=True, slots=True)
class BuildsShape:
    """Features of module `builds`."""

    kms: bool
    auth: bool
    pipeline: bool
    anywhere: bool
    runner: bool


def builds(spec: EnvironmentSpec, names: Names) -> Module:
    """Derive module `builds`."""
    projects = [
        project(key, build, names.projects[key], in_pipeline=key in pipeline_builds(spec))
        for key, build in sorted(spec.builds.items())
    ]
    shape = BuildsShape(
        kms=spec.encryption is not None,
        auth=source(spec).auth_type is not None,
        pipeline=any(each.in_pipeline for each in projects),
        anywhere=any(each.anywhere for each in projects),
        runner=any(build.runner for build in spec.builds.values()),
    )
    return Module(BuildsContext([traced(one, spec, names) for one in projects]), shape)


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
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
    "builds.projects.*.in_pipeline": ("pipeline.builds", "pipeline.deploy.build"),
    "builds.projects.*.anywhere": ("builds.*.trigger.organization", "builds.*.runner"),
    "builds.projects.*.artifacts": ("pipeline.builds", "builds.*.runner"),
    "builds.projects.*.runtime": ("builds.*.runtime",),
    "builds.projects.*.buildspec_file": ("builds.*.buildspec",),
    "builds.projects.*.buildspec": ("builds.*.phases", "builds.*.runtime", "builds.*.artifact_files", "tracing"),
    "builds.projects.*.buildspec.phases": ("builds.*.phases",),
    "builds.projects.*.buildspec.phases.install": ("builds.*.phases.install", "builds.*.runtime", "tracing"),
    "builds.projects.*.buildspec.phases.post_build": ("builds.*.phases.post_build", "tracing"),
    "builds.projects.*.buildspec.phases.*": ("builds.*.phases.*",),
    "builds.projects.*.buildspec.artifacts": ("builds.*.artifact_files",),
    "builds.projects.*.variables": ("builds.*.variables", "builds.*.secrets", "tracing"),
    "builds.projects.*.variables.*": ("builds.*.variables.*", "builds.*.secrets.*", "tracing"),
    "shapes.builds.anywhere": ("builds.*.trigger.organization", "builds.*.runner"),
    "shapes.builds.pipeline": ("pipeline",),
    "shapes.builds.runner": ("builds.*.runner",),
    "shapes.builds.auth": ("source.connection", "source.credential"),
    "shapes.builds.kms": ("encryption",),
}
