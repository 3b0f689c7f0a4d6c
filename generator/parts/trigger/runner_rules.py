"""Rules of runners: GitHub Actions decides what a runner does and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.builds.sign_in import GITHUB, sign_in
from generator.model.builds.sources import source_of
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build


def runners(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each runner can hear of jobs, and is nothing else besides."""
    for name, build in spec.builds.items():
        if build.runner:
            yield from _server(("builds", name, "runner"), source_of(spec, name).type, spec)
            yield from _build(("builds", name), build)


def _server(path: Path, server: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    if server not in GITHUB:
        message = f"GitHub Actions has no runners for a source of type {server}"
        yield Finding(path, message, "remove it, or change source.type", "runner-server")
    elif sign_in(spec) is None:
        if spec.source.connection is not None:
            message, hint = "hears of no job before the connection is approved", "approve it, then set approved: true"
        else:
            message, hint = "hears of no job: CodeBuild cannot sign in at the server", "add source.connection"
        yield Finding(path, message, hint, "runner-sign-in")


def _build(at: Path, build: Build) -> Iterator[Finding]:
    runner = build.runner
    if runner and runner.organization and runner.enterprise:
        message = "an enterprise holds its organisations already"
        yield Finding((*at, "runner", "organization"), message, "keep one of the two", "runner-scope")
    for key in ("trigger", "schedule"):
        if getattr(build, key):
            message = "a runner starts for the jobs of workflows, and for nothing else"
            yield Finding((*at, key), message, f"remove {key}, or runner", "runner-started")
    if build.phases and "build" in build.phases:
        message = "a runner runs the steps of a workflow here"
        hint = "move the commands into the workflow; install, pre_build and post_build can stay"
        yield Finding((*at, "phases", "build"), message, hint, "runner-phases")
    if build.buildspec:
        message = "a runner takes its steps from a workflow, and reads no buildspec of the repository"
        yield Finding((*at, "buildspec"), message, "remove it", "runner-buildspec")
