"""AWS's build images and the language runtimes that each carries.

Source: the `runtimes.yml` of each image in https://github.com/aws/aws-codebuild-docker-images (April 2026). Terraform
and the provider accept any pair of image and runtime; the build then fails in its install phase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.spec.compute import compute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.spec.compute import Architecture
    from generator.spec.model.build import Build
    from generator.spec.types import RuntimeName

_CORRETTO: Final = ("corretto25", "corretto21", "corretto17", "corretto11", "corretto8")
_OLDER: Final = {
    "dotnet": ("10.0", "8.0", "6.0"),
    "golang": ("1.26", "1.25", "1.24", "1.23", "1.22", "1.21", "1.20"),
    "java": _CORRETTO,
    "nodejs": ("24", "22", "20", "18"),
    "php": ("8.5", "8.4", "8.3", "8.2"),
    "python": ("3.14", "3.13", "3.12", "3.11", "3.10", "3.9"),
    "ruby": ("4.0", "3.4", "3.3", "3.2", "3.1"),
}
_NEWER: Final = {
    "dotnet": ("10.0", "8.0"),
    "golang": ("1.26", "1.25", "1.24"),
    "java": _CORRETTO,
    "nodejs": ("24", "22"),
    "php": ("8.5", "8.4", "8.3", "8.2"),
    "python": ("3.14", "3.13", "3.12", "3.11", "3.10"),
    "ruby": ("4.0", "3.4", "3.3"),
}

# What the one runtime of a Lambda image is called in the image's tag.
# https://docs.aws.amazon.com/codebuild/latest/userguide/lambda-compute-images.html
_LAMBDA: Final = {
    "dotnet": {"8.0": "dotnet8"},
    "golang": {"1.24": "go1.24", "1.21": "go1.21"},
    "java": {"corretto21": "corretto21", "corretto17": "corretto17", "corretto11": "corretto11"},
    "nodejs": {"22": "nodejs22", "20": "nodejs20", "18": "nodejs18"},
    "python": {"3.13": "python3.13", "3.12": "python3.12", "3.11": "python3.11"},
    "ruby": {"3.4": "ruby3.4", "3.2": "ruby3.2"},
}


@dataclass(frozen=True, slots=True)
class Image:
    """One of AWS's build images.

    Attributes:
        architecture: of the machines that it runs on.
        runtimes: versions by runtime.
        is_lambda: whether it runs on Lambda, and nowhere else.
    """

    architecture: Architecture
    runtimes: Mapping[str, tuple[str, ...]]
    is_lambda: bool = False


def _lambda_images() -> Iterator[tuple[str, Image]]:
    architectures: tuple[tuple[str, Architecture], ...] = (("x86_64", "x86_64"), ("aarch64", "arm64"))
    for word, architecture in architectures:
        for runtime, versions in _LAMBDA.items():
            for version, tag in versions.items():
                name = f"aws/codebuild/amazonlinux-{word}-lambda-standard:{tag}"
                yield name, Image(architecture, {runtime: (version,)}, is_lambda=True)


# By name, the one to prefer first.
IMAGES: Final[Mapping[str, Image]] = {
    "aws/codebuild/amazonlinux-x86_64-standard:6.0": Image("x86_64", _NEWER),
    "aws/codebuild/amazonlinux-x86_64-standard:5.0": Image("x86_64", _OLDER),
    "aws/codebuild/standard:8.0": Image("x86_64", _NEWER),
    "aws/codebuild/standard:7.0": Image("x86_64", _OLDER),
    "aws/codebuild/amazonlinux-aarch64-standard:4.0": Image("arm64", _NEWER),
    "aws/codebuild/amazonlinux-aarch64-standard:3.0": Image("arm64", {**_OLDER, "php": (*_OLDER["php"], "8.1")}),
    **dict(_lambda_images()),
}

# https://nodejs.org/en/about/previous-releases
END_OF_LIFE: Final = {("nodejs", "18"): "2025-04-30", ("nodejs", "20"): "2026-04-30", ("python", "3.9"): "2025-10-31"}


def missing_runtimes(image: str, runtime: Mapping[RuntimeName, str]) -> dict[RuntimeName, tuple[str, ...]]:
    """Return the wanted runtimes that `image` lacks, each with the versions that it carries.

    An image that is not AWS's own may carry anything: nothing is missing.
    """
    if image not in IMAGES:
        return {}
    carried = IMAGES[image].runtimes
    return {name: carried.get(name, ()) for name, version in runtime.items() if version not in carried.get(name, ())}


def default_image(build: Build) -> str | None:
    """Return the newest AWS image that a build can run on and that carries its runtimes; None where there is none."""
    is_lambda = compute(build.compute).family == "lambda"
    for name, image in IMAGES.items():
        fits = (image.architecture, image.is_lambda) == (build.architecture, is_lambda)
        if fits and not missing_runtimes(name, build.runtime):
            return name
    return None


def image_of(build: Build) -> str | None:
    """Return the image that a build runs on; None where it names none and AWS has none that fits."""
    return build.image or default_image(build)
