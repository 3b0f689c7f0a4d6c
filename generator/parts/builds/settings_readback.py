"""Reads back the parts of CodeBuild projects that most projects lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.model.builds.caches import s3_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from functools import partial

    from generator.parts.builds.section.build import Build
    from generator.readback.check import Check
    from generator.readback.expectation import Expectation


def part_checks(check: partial[Check], key: str, expected: Expectation, project: dict[str, Any]) -> Iterator[Check]:
    """Compare one build's project with the spec, in all that the spec says and most do not."""
    build, at, bucket = expected.spec.builds[key], f"builds.{key}", expected.names.bucket
    folder = expected.names.folder(key)
    environment = project["environment"]
    yield check("badge", build.badge, project.get("badge", {}).get("badgeEnabled", False), f"{at}.badge")
    if build.certificate:
        certificate = expected.names.object_arn(build.certificate)
        yield check("certificate", certificate, environment.get("certificate"), f"{at}.certificate")
    if build.registry_credential:
        credential = environment.get("registryCredential", {}).get("credential")
        yield check("registry credential", build.registry_credential, credential, f"{at}.registry_credential")
    if build.s3_logs:
        place = project["logsConfig"].get("s3Logs", {}).get("location")
        yield check("log kept in", f"{bucket}/{folder}/logs", place, f"{at}.s3_logs")
    if path := s3_path(expected.spec, key):
        yield check("cache in", f"{bucket}/{path}", project["cache"].get("location"), f"{at}.cache")
    if build.commit_status:
        yield check("reports status", True, project["source"].get("reportBuildStatus"), f"{at}.commit_status")  # noqa: FBT003  # a value like any other
    yield from _more_sources(check, at, build, project)
    yield from _batch(check, at, build, project)
    yield from _reports(check, key, expected)


def _more_sources(check: partial[Check], at: str, build: Build, project: dict[str, Any]) -> Iterator[Check]:
    sources = {one["sourceIdentifier"]: one["location"] for one in project.get("secondarySources", [])}
    wanted = {name: source.object or source.repository for name, source in build.secondary_sources.items()}
    yield check("secondary sources", wanted, sources, f"{at}.secondary_sources")
    artifacts = sorted(one["artifactIdentifier"] for one in project.get("secondaryArtifacts", []))
    yield check("secondary artifacts", sorted(build.secondary_artifacts), artifacts, f"{at}.secondary_artifacts")
    mounts = {one["identifier"]: one["mountPoint"] for one in project.get("fileSystemLocations", [])}
    places = {name: system.mount_point for name, system in build.file_systems.items()}
    yield check("file systems", places, mounts, f"{at}.file_systems")


def _batch(check: partial[Check], at: str, build: Build, project: dict[str, Any]) -> Iterator[Check]:
    if build.batch is None:
        return
    found = project.get("buildBatchConfig", {})
    yield check("batch timeout (minutes)", build.batch.timeout, found.get("timeoutInMins"), f"{at}.batch.timeout")
    most = found.get("restrictions", {}).get("maximumBuildsAllowed")
    yield check("builds of a batch", build.batch.max_builds, most, f"{at}.batch.max_builds")


def _reports(check: partial[Check], key: str, expected: Expectation) -> Iterator[Check]:
    arns = [expected.names.report_group_arn(key, name) for name in sorted(expected.spec.builds[key].reports)]
    if not arns:
        return
    answer = expected.clients.ask("codebuild", "batch_get_report_groups", reportGroupArns=arns) or {}
    found = sorted(group["arn"] for group in answer.get("reportGroups", []))
    yield check("report groups", arns, found, f"builds.{key}.reports")
