"""The cache of a build, and where CodeBuild has none on the machine.

https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.builds.section.build import Build

# Below it in the artifact bucket, each build has its cache: not below its own name, where what lies is archived.
S3_PREFIX: Final = "_cache/"


def cache_of(spec: EnvironmentSpec, build: Build) -> str:
    """Return the kind of cache that a build has: `local`, `s3` or `none`."""
    if build.cache == "s3" and compute(build.compute).family == "lambda":
        return "none"
    return "none" if build.cache == "local" and why_not_local(spec, build) else build.cache


def s3_path(spec: EnvironmentSpec, key: str) -> str | None:
    """Return where in the artifact bucket a build keeps its cache; None where it keeps none there."""
    given = spec.builds[key].names
    folder = f"{spec.artifacts.prefix}{S3_PREFIX}{(given and given.label) or key}"
    return folder if cache_of(spec, spec.builds[key]) == "s3" else None


def why_not_local(spec: EnvironmentSpec, build: Build) -> str:
    """Say why a build cannot have a cache on its machine, or return ""."""
    machine = compute(build.compute)
    if not machine.keeps_local_cache:
        return f"compute: {build.compute}"
    if spec.network is not None and build.network:
        return "a VPC"
    return ""
