"""The buildspec of a build whose commands stand in the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from generator.model.builds.images import image_of, known_image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model.names import Names
    from generator.parts.builds.section.artifact import SecondaryArtifact
    from generator.parts.builds.section.build import Build, Phase
    from generator.parts.builds.section.report import Report
    from generator.parts.framework.contribution import BuildCommands

PHASES: Final[tuple[Phase, ...]] = ("install", "pre_build", "build", "post_build")


def buildspec(key: str, build: Build, names: Names, added: Iterable[BuildCommands] = ()) -> dict[str, object] | None:
    """Derive the buildspec, in CodeBuild's words; None where it lies in the repository.

    Args:
        key: of the build.
        build: what the spec says of it.
        names: names and ARNs.
        added: what parts of the stack do before and after the build's own commands; those of other builds count for
            nothing.
    """
    commands: dict[Phase, list[str]] | None = build.phases
    if build.runner:
        # CodeBuild puts the runner here; the other phases run for a workflow that asks for them.
        commands = {**(build.phases or {}), "build": ["echo the runner runs here"]}
    if commands is None:
        return None
    phases = _around(_phases(build, commands), [each for each in added if each.build == key])
    whole: dict[str, object] = {"version": "0.2"}
    if settings := _settings(build):
        whole["env"] = settings
    whole["phases"] = phases
    if build.reports:
        # By ARN: for a name alone, CodeBuild would make a group of its own where the stack's is not there yet.
        whole["reports"] = {
            names.report_group_arn(key, name): _report(report) for name, report in sorted(build.reports.items())
        }
    if not build.runner and (build.artifact.type != "none" or build.secondary_artifacts):
        whole["artifacts"] = _artifacts(build)
    if build.cache_paths:
        whole["cache"] = {"paths": build.cache_paths}
    return whole


def _phases(build: Build, commands: dict[Phase, list[str]]) -> dict[str, dict[str, object]]:
    phases: dict[str, dict[str, object]] = {}
    if pins := pinned_runtimes(build):
        phases["install"] = {"runtime-versions": pins}
    for phase in PHASES:
        if phase in commands:
            phases.setdefault(phase, {})["commands"] = commands[phase]
        if phase in build.on_failure:
            phases.setdefault(phase, {})["on-failure"] = build.on_failure[phase]
        if phase in build.finally_:
            phases.setdefault(phase, {})["finally"] = build.finally_[phase]
    return phases


def _settings(build: Build) -> dict[str, object]:
    found: dict[str, object] = {}
    if build.shell is not None:
        found["shell"] = build.shell
    if build.git_credential_helper:
        found["git-credential-helper"] = "yes"
    if build.exported_variables:
        found["exported-variables"] = build.exported_variables
    return found


def _around(phases: dict[str, dict[str, object]], added: Iterable[BuildCommands]) -> dict[str, dict[str, object]]:
    """Add commands before and after those of each phase; phases stay in CodeBuild's order."""
    for each in added:
        found = phases.setdefault(each.phase, {})
        own = cast("list[str]", found.get("commands", []))
        found["commands"] = [*own, *each.commands] if each.at_end else [*each.commands, *own]
    return {phase: phases[phase] for phase in PHASES if phase in phases}


def pinned_runtimes(build: Build) -> dict[str, str]:
    """Return the runtimes to pin, by name: without a pin, an image takes its newest, and changes it with its releases.

    Only AWS's own images know the pins, and those of Lambda carry a single version.
    """
    image = known_image(image_of(build) or "")
    if image is None or image.is_lambda:
        return {}
    return dict(sorted(build.runtime.items()))


def _report(report: Report) -> dict[str, object]:
    found: dict[str, object] = {"files": report.files, "file-format": report.format}
    if report.directory is not None:
        found["base-directory"] = report.directory
    if report.discard_paths:
        found["discard-paths"] = "yes"
    return found


def _artifacts(build: Build) -> dict[str, object]:
    found: dict[str, Any] = {"files": build.artifact_files or ["**/*"]}
    own = build.artifact
    if own.computed_name is not None:
        found["name"] = own.computed_name
    if own.directory is not None:
        found["base-directory"] = own.directory
    if own.exclude:
        found["exclude-paths"] = own.exclude
    if own.discard_paths:
        found["discard-paths"] = "yes"
    if build.secondary_artifacts:
        found["secondary-artifacts"] = {
            name: _secondary_artifact(artifact) for name, artifact in sorted(build.secondary_artifacts.items())
        }
    return found


def _secondary_artifact(artifact: SecondaryArtifact) -> dict[str, object]:
    found: dict[str, object] = {"files": artifact.files or ["**/*"]}
    if artifact.name is not None:
        # Here and not at the project, where the provider overlooks that it changes.
        found["name"] = artifact.name
    return found
