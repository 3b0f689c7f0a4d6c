"""What CodeBuild demands of a project beyond the shape of the request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.codebuild.exceptions import InvalidInputException

from generator.aws.limits import BUILDSPEC
from generator.sandbox.roles import may_take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.sandbox.services.codebuild.calls import Store

# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
_LAMBDA: Final = ("LINUX_LAMBDA_CONTAINER", "ARM_LAMBDA_CONTAINER")
_GENERAL: Final = ("SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE")
_SIZES: Final[dict[str, tuple[str, ...]]] = {
    "LINUX_CONTAINER": _GENERAL,
    "ARM_CONTAINER": _GENERAL,
    "LINUX_GPU_CONTAINER": ("SMALL", "LARGE"),
    "WINDOWS_CONTAINER": ("MEDIUM", "LARGE"),
    "WINDOWS_SERVER_2019_CONTAINER": ("MEDIUM", "LARGE"),
    "WINDOWS_SERVER_2022_CONTAINER": ("MEDIUM", "LARGE"),
}
# Kinds of machines that only fleets have.
_RESERVED: Final = ("LINUX_EC2", "ARM_EC2", "WINDOWS_EC2", "MAC_ARM")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,149}", re.ASCII)


def enforce(store: Store, project: dict[str, Any]) -> None:
    """Refuse a project that AWS would refuse.

    Raises:
        InvalidInputException: the first rule that is broken.
    """
    for fault in _faults(store, project):
        raise InvalidInputException(fault)


def _faults(store: Store, project: dict[str, Any]) -> Iterator[str]:
    if not _NAME.fullmatch(project["name"]):
        yield "Only alphanumeric characters, dash, and underscore are supported"
    yield from _source_faults(project["source"], "source")
    for source in project["secondarySources"]:
        yield from _source_faults(source, "secondary source")
        if not source.get("sourceIdentifier"):
            yield "Invalid secondary source: source identifier is required"
    yield from _artifact_faults(project["artifacts"])
    for artifacts in project["secondaryArtifacts"]:
        yield from _artifact_faults(artifacts)
        if not artifacts.get("artifactIdentifier"):
            yield "Invalid secondary artifacts: artifact identifier is required"
    if (project["source"]["type"] == "CODEPIPELINE") != (project["artifacts"]["type"] == "CODEPIPELINE"):
        yield "Invalid artifacts: source and artifacts must both be of type CODEPIPELINE, or neither"
    yield from _cache_faults(project["cache"], project["environment"])
    yield from _environment_faults(project)
    yield from _role_faults(store, project)


def _source_faults(source: dict[str, Any], what: str) -> Iterator[str]:
    kind, location = source["type"], source.get("location")
    if len(source.get("buildspec", "").encode()) > BUILDSPEC.most:
        yield f"Invalid project {what}: buildspec must have length less than or equal to {BUILDSPEC.most}"
    if kind == "NO_SOURCE" and "buildspec" not in source:
        yield f"Invalid project {what}: type NO_SOURCE requires a buildspec"
    if kind in {"NO_SOURCE", "CODEPIPELINE"} and location:
        yield f"Invalid project {what}: type {kind} should have null location"
    if kind not in {"NO_SOURCE", "CODEPIPELINE"} and not location:
        yield "Project source location is required"


def _artifact_faults(artifacts: dict[str, Any]) -> Iterator[str]:
    kind, location = artifacts["type"], artifacts.get("location")
    if kind == "NO_ARTIFACTS" and location:
        yield "Invalid artifacts: artifact type NO_ARTIFACTS should have null location"
    if kind == "S3" and not location:
        yield "Invalid artifacts: location is required for artifact type S3"


def _cache_faults(cache: dict[str, Any], environment: dict[str, Any]) -> Iterator[str]:
    if cache["type"] == "S3" and not cache.get("location"):
        yield "Invalid cache: location is required for cache type S3"
    if cache["type"] == "LOCAL" and not cache.get("modes"):
        yield "Invalid cache: at least one mode is required for cache type LOCAL"
    # A project in a VPC is taken with a local cache, and its builds have none.
    # https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html
    large, gpu = environment["computeType"].endswith("_2XLARGE"), environment["type"] == "LINUX_GPU_CONTAINER"
    if cache["type"] == "LOCAL" and (large or gpu):
        which = f"compute type {environment['computeType']}" if large else f"environment type {environment['type']}"
        yield f"Invalid cache: cache type LOCAL is not supported for {which}"


def _environment_faults(project: dict[str, Any]) -> Iterator[str]:
    environment = project["environment"]
    kind, compute = environment["type"], environment["computeType"]
    sizes = _SIZES.get(kind)
    wrong_size = (
        sizes is not None
        and compute.startswith("BUILD_")
        and compute not in {f"BUILD_GENERAL1_{size}" for size in sizes}
    )
    if wrong_size or (kind in _LAMBDA) != compute.startswith("BUILD_LAMBDA_"):
        yield f"Invalid compute type provided: {compute} is not available for environment type {kind}"
    if kind in _RESERVED and not (environment.get("fleet") or {}).get("fleetArn"):
        yield f"Environment type {kind} requires a fleet"
    if kind in _LAMBDA:
        refused = {
            "privileged mode": environment["privilegedMode"],
            "a cache": project["cache"]["type"] != "NO_CACHE",
            "a VPC": "vpcConfig" in project,
        }
        yield from (f"Environment type {kind} does not support {what}" for what, is_set in refused.items() if is_set)
    names = [variable["name"] for variable in environment["environmentVariables"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"Duplicate environment variable: {name}"


def _role_faults(store: Store, project: dict[str, Any]) -> Iterator[str]:
    arn = project["serviceRole"]
    if not arn.startswith(f"arn:{store.partition}:iam::{store.account_id}:role/"):
        yield "Invalid service role: Service role account ID does not match caller's account"
        return
    context = {"aws:sourcearn": project["arn"], "aws:sourceaccount": store.account_id}
    if not may_take(store, arn, "codebuild.amazonaws.com", context):
        yield f"CodeBuild is not authorized to perform: sts:AssumeRole on {arn}"
