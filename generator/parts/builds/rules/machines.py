"""Rules of build machines: pairs that Terraform and the provider accept, and CodeBuild refuses or ignores.

https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html, the limitations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.compute import LAMBDA_MINUTES, compute
from generator.model.builds.caches import why_not_local
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build

_ON_EC2 = "choose a size on EC2, such as compute: small, or remove it"


def machines(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each build asks for a machine that there is, and for nothing that the machine cannot do."""
    for name, build in spec.builds.items():
        at: Path = ("builds", name)
        if build.pricing == "spot":
            yield Finding(
                (*at, "pricing"),
                "CodeBuild has no spot machines, neither for projects nor for fleets",
                "to pay less, use architecture: arm64, a lambda-… compute, or runners of your own on EC2 spot",
                "spot",
            )
        if compute(build.compute).environment_type(build.architecture) is None:
            message = f"there is no machine with a GPU and {build.architecture}"
            yield Finding((*at, "compute"), message, "use architecture: x86_64", "compute-architecture")
        if compute(build.compute).family == "lambda":
            yield from _on_lambda(at, build)
        else:
            yield from _cache(at, build, spec)
        if build.fleet is not None:
            yield from _fleet(at, build, spec)
        if build.file_systems and not build.privileged:
            message = "needs privileged: true: CodeBuild mounts file systems for builds with root alone"
            hint = "set privileged: true, or remove the file systems"
            yield Finding((*at, "file_systems"), message, hint, "file-system-privileged")


def _cache(at: Path, build: Build, spec: EnvironmentSpec) -> Iterator[Finding]:
    asked = build.cache == "local" and "cache" in build.model_fields_set
    if asked and (where := why_not_local(spec, build)):
        yield Finding(
            (*at, "cache"),
            f"CodeBuild keeps no cache on the machine of a build with {where}",
            "set cache: s3, or remove it to have none",
            "local-cache",
        )


def _on_lambda(at: Path, build: Build) -> Iterator[Finding]:
    refused = {
        "privileged": build.privileged,
        "cache": "cache" in build.model_fields_set and build.cache != "none",
        "fleet": build.fleet is not None,
        "badge": build.badge,
        "certificate": build.certificate is not None,
        "queued_timeout": "queued_timeout" in build.model_fields_set,
        "file_systems": bool(build.file_systems),
        "registry_credential": build.registry_credential is not None,
    }
    for key in (key for key, is_asked in refused.items() if is_asked):
        yield Finding((*at, key), f"does not exist on Lambda (compute: {build.compute})", _ON_EC2, "lambda")
    if build.timeout != LAMBDA_MINUTES:
        message = f"Lambda ends every build after {LAMBDA_MINUTES}m, and knows no other limit"
        yield Finding((*at, "timeout"), message, f"say {LAMBDA_MINUTES}m, or choose a size on EC2", "lambda-timeout")


def _fleet(at: Path, build: Build, spec: EnvironmentSpec) -> Iterator[Finding]:
    fleet = build.fleet
    if fleet is None:
        return
    if fleet.arn is None:
        if fleet.max_machines is not None and fleet.max_machines <= fleet.machines:
            message = f"must be more than machines, which is {fleet.machines}"
            hint = "raise it, or remove it where the fleet should not grow"
            yield Finding((*at, "fleet", "max_machines"), message, hint, "fleet-size")
        return
    region, account = fleet.arn.split(":")[3:5]
    if (region, account) != (spec.region, spec.account):
        message = f"is a fleet in {region} of {account}, but the build runs in {spec.region} of {spec.account}"
        yield Finding((*at, "fleet", "arn"), message, "name a fleet of the same region and account", "fleet-place")
    for key in sorted(fleet.model_fields_set - {"arn"}):
        message = "says how a fleet is made, and arn names one that exists"
        yield Finding((*at, "fleet", key), message, "keep one of the two", "fleet-settings")
