"""The VPC endpoints of AWS services: what they are called, and which of them builds cannot do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.spec.sources import source_of
from generator.spec.starts import reads_source

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec


def service_name(region: str, service: str) -> str:
    """Return AWS's name of a service's endpoint, such as `com.amazonaws.eu-central-1.logs`."""
    return f"com.amazonaws.{region}.{service}"


def interface_endpoints(spec: EnvironmentSpec) -> list[str]:
    """Return the services that have an interface endpoint in the VPC that the stack makes, sorted."""
    managed = spec.network.managed if spec.network else None
    if managed is None:
        return []
    return sorted({*managed.endpoints, *(needed(spec) if managed.internet == "none" else ())})


def source_types(spec: EnvironmentSpec, build: str) -> set[str]:
    """Return the kinds of server that a build fetches code from."""
    own = {source_of(spec, build).type} if reads_source(spec, build) else set()
    return own | {other.type for other in spec.builds[build].secondary_sources.values()}


def needed(spec: EnvironmentSpec) -> set[str]:
    """Return the services that the builds in the network call, and could not reach without internet."""
    inside = {name: build for name, build in spec.builds.items() if build.network}
    secrets = [secret for build in inside.values() for secret in build.secrets.values()]
    calls = {
        # Reports and batches are CodeBuild's own calls from inside a build.
        "codebuild": True,
        "logs": True,
        **dict.fromkeys(("ecr.api", "ecr.dkr"), any(build.push_to for build in inside.values())),
        **dict.fromkeys(
            ("codeartifact.api", "codeartifact.repositories"),
            any(build.package_repositories for build in inside.values()),
        ),
        "git-codecommit": any("codecommit" in source_types(spec, name) for name in inside),
        "secretsmanager": any(secret.secrets_manager for secret in secrets),
        "ssm": any(secret.parameter for secret in secrets),
        "xray": spec.tracing is not None,
    }
    return {service for service, called in calls.items() if called}
