"""Reads back the CodeBuild projects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import yaml

from generator.aws.compute import compute
from generator.model.builds.caches import cache_of
from generator.model.builds.images import image_of, known_image
from generator.model.builds.sources import source_of
from generator.model.builds.starts import listens_anywhere, pipeline_builds
from generator.parts.builds.settings_readback import part_checks
from generator.parts.registry.readback import registry_variables
from generator.parts.tracing.readback import own_commands, own_variables
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.builds.section.build import Build
    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare every build's project with the spec."""
    names = sorted(expected.names.projects.items())
    answer = expected.clients.ask("codebuild", "batch_get_projects", names=[name for _, name in names]) or {}
    found = {project["name"]: project for project in answer.get("projects", [])}
    for key, name in names:
        check = partial(Check, f"CodeBuild project {name}")
        yield check("exists", True, name in found, f"builds.{key}")  # noqa: FBT003  # a value like any other
        if name in found:
            yield from _build(check, expected, key, found[name])
            yield from _source(check, key, expected, found[name])
            yield from _surroundings(check, key, expected, found[name])
            yield from part_checks(check, key, expected, found[name])


def _build(check: partial[Check], expected: Expectation, key: str, project: dict[str, Any]) -> Iterator[Check]:
    at, build, environment = f"builds.{key}", expected.spec.builds[key], project["environment"]
    machine, image = compute(build.compute), image_of(build)
    yield check("image", image, environment["image"], f"{at}.{'image' if build.image else 'runtime'}")
    yield check("compute", machine.type, environment["computeType"], f"{at}.compute")
    kind = machine.environment_type(build.architecture)
    yield check("environment type", kind, environment["type"], f"{at}.architecture")
    if machine.family != "lambda":
        yield check("build timeout (minutes)", build.timeout, project["timeoutInMinutes"], f"{at}.timeout")
        queued = project["queuedTimeoutInMinutes"]
        yield check("queued timeout (minutes)", build.queued_timeout, queued, f"{at}.queued_timeout")
    limit = project.get("concurrentBuildLimit")
    yield check("concurrent builds", build.concurrent_builds, limit, f"{at}.concurrent_builds")
    yield check("privileged mode", build.privileged, environment["privilegedMode"], f"{at}.privileged")
    caches = {"local": "LOCAL", "s3": "S3", "none": "NO_CACHE"}
    yield check("cache", caches[cache_of(expected.spec, build)], project["cache"]["type"], f"{at}.cache")
    variables, found = _variables(build), _found_variables(environment)
    variables |= registry_variables(expected, build)
    if expected.spec.tracing is not None:
        found = own_variables(found, variables)
    yield check("environment variables", variables, found, f"{at}.variables")
    yield from _buildspec(check, at, build, project["source"].get("buildspec", ""))


def _variables(build: Build) -> dict[str, str]:
    variables = {name: f"PLAINTEXT {value}" for name, value in build.variables.items()}
    for name, secret in build.secrets.items():
        key = f":{secret.json_key}" if secret.json_key else ""
        at_manager = f"SECRETS_MANAGER {secret.secrets_manager}{key}"
        variables[name] = f"PARAMETER_STORE {secret.parameter}" if secret.parameter else at_manager
    return variables


def _found_variables(environment: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: f"{one['type']} {one['value']}" for one in environment["environmentVariables"]}


def _buildspec(check: partial[Check], at: str, build: Build, found: str) -> Iterator[Check]:
    if build.runner:
        # The workflow brings the steps; what stands here is replaced.
        return
    if build.phases is None:
        yield check("buildspec", build.buildspec or "buildspec.yml", found, f"{at}.buildspec")
        return
    parsed = yaml.safe_load(found)
    inline: dict[str, Any] = parsed if isinstance(parsed, dict) else {}
    phases: dict[str, dict[str, Any]] = inline.get("phases", {})
    commands = {name: own_commands(phase.get("commands", [])) for name, phase in phases.items()}
    yield check("commands", build.phases, {name: own for name, own in commands.items() if own}, f"{at}.phases")
    pinned = {name: str(version) for name, version in phases.get("install", {}).get("runtime-versions", {}).items()}
    known = known_image(image_of(build) or "")
    yield check("runtime versions", build.runtime if known and not known.is_lambda else {}, pinned, f"{at}.runtime")
    files = inline.get("artifacts", {}).get("files")
    if build.artifact.type != "none":
        yield check("artifact files", build.artifact_files or ["**/*"], files, f"{at}.artifact_files")


def _source(check: partial[Check], key: str, expected: Expectation, project: dict[str, Any]) -> Iterator[Check]:
    spec, source = expected.spec, project["source"]
    if key in pipeline_builds(spec):
        yield check("source", "CODEPIPELINE", source["type"], "pipeline.builds")
        yield check("artifacts to", "CODEPIPELINE", project["artifacts"]["type"], "pipeline.builds")
        return
    wanted, anywhere = source_of(spec, key), listens_anywhere(spec.builds[key])
    kind = "NO_SOURCE" if wanted.type == "none" else wanted.type.upper().replace("-", "_")
    yield check("source", kind, source["type"], "source.type")
    repository = "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION" if anywhere else wanted.location
    yield check("repository", repository, source.get("location"), "source.repository")
    branch = None if anywhere else wanted.version
    yield check("branch", branch, project.get("sourceVersion"), "source.branch")
    yield check("clone depth", wanted.clone_depth or 0, source.get("gitCloneDepth", 0), "source.clone_depth")
    modules = source.get("gitSubmodulesConfig", {}).get("fetchSubmodules", False)
    yield check("submodules", wanted.submodules or False, modules, "source.submodules")
    keeps = spec.builds[key].runner is None and spec.builds[key].artifact.type == "s3"
    place = expected.names.bucket if keeps else None
    yield check("artifacts in", place, project["artifacts"].get("location"), "artifacts.bucket")


def _surroundings(check: partial[Check], key: str, expected: Expectation, project: dict[str, Any]) -> Iterator[Check]:
    names = expected.names
    yield check("role", names.role_arn(key), project["serviceRole"], f"builds.{key}")
    encryption = expected.key_arn or names.arn("kms", "alias/aws/s3")
    yield check("encryption key", encryption, project["encryptionKey"], "encryption")
    logs = project.get("logsConfig", {}).get("cloudWatchLogs", {})
    yield check("logs to", f"ENABLED {names.log_groups[key]}", f"{logs.get('status')} {logs.get('groupName')}", "logs")
    yield check("tags", expected.tags_of(key), tag_map(project.get("tags")), "tags")


LISTINGS: Final = (
    Listing("CodeBuild project", "codebuild", "list_projects", "projects"),
    Listing("CodeBuild report group", "codebuild", "list_report_groups", "reportGroups"),
    Listing("CodeBuild fleet", "codebuild", "list_fleets", "fleets"),
)
