"""AWS's build images and the language runtimes that each carries.

Source: the `runtimes.yml` of each image in https://github.com/aws/aws-codebuild-docker-images (April 2026). Terraform
and the provider accept any pair of image and runtime; the build then fails in its install phase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.aws.compute import Architecture
    from generator.model.types import RuntimeName
    from generator.parts.builds.section.build import Build

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

# The last day of security fixes, by runtime and version: https://nodejs.org/en/about/previous-releases,
# https://devguide.python.org/versions/, https://www.ruby-lang.org/en/downloads/branches/, https://www.php.net/eol.php,
# https://dotnet.microsoft.com/en-us/platform/support/policy, https://go.dev/doc/devel/release
_ENDS: Final[Mapping[str, Mapping[str, str]]] = {
    "dotnet": {
        "3.1": "2022-12-13",
        "5.0": "2022-05-10",
        "6.0": "2024-11-12",
        "7.0": "2024-05-14",
        "8.0": "2026-11-10",
    },
    "golang": {
        "1.12": "2020-02-25",
        "1.13": "2020-08-11",
        "1.14": "2021-02-16",
        "1.15": "2021-08-16",
        "1.16": "2022-03-15",
        "1.17": "2022-08-02",
        "1.18": "2023-02-01",
        "1.19": "2023-08-08",
        "1.20": "2024-02-06",
        "1.21": "2024-08-13",
        "1.22": "2025-02-11",
        "1.23": "2025-08-12",
    },
    "nodejs": {
        "8": "2019-12-31",
        "10": "2021-04-30",
        "12": "2022-04-30",
        "14": "2023-04-30",
        "16": "2023-09-11",
        "17": "2022-06-01",
        "18": "2025-04-30",
        "19": "2023-06-01",
        "20": "2026-04-30",
        "21": "2024-06-01",
    },
    "php": {
        "7.1": "2019-12-01",
        "7.2": "2020-11-30",
        "7.3": "2021-12-06",
        "7.4": "2022-11-28",
        "8.0": "2023-11-26",
        "8.1": "2025-12-31",
    },
    "python": {
        "2.7": "2020-01-01",
        "3.5": "2020-09-30",
        "3.6": "2021-12-23",
        "3.7": "2023-06-27",
        "3.8": "2024-10-07",
        "3.9": "2025-10-31",
        "3.10": "2026-10-31",
    },
    "ruby": {
        "2.3": "2019-03-31",
        "2.4": "2020-03-31",
        "2.5": "2021-03-31",
        "2.6": "2022-04-12",
        "2.7": "2023-03-31",
        "3.0": "2024-04-23",
        "3.1": "2025-03-26",
        "3.2": "2026-03-31",
    },
}
END_OF_LIFE: Final = {(name, version): day for name, days in _ENDS.items() for version, day in days.items()}

_OWN: Final = "aws/codebuild/"
# What AWS's own images run on that no spec can ask for.
_ELSEWHERE: Final = (
    (re.compile(r"(?:ami/)?windows-.*"), "Windows"),
    (re.compile(r"(?:ami/)?macos-.*"), "macOS"),
    (re.compile(r"ami/.*"), "EC2 instances without a container"),
)
# Registries that hold images for Windows by their path.
_WINDOWS_ELSEWHERE: Final = re.compile(r"public\.ecr\.aws/codebuild/windows-|mcr\.microsoft\.com/windows(?:/|:)")
_LINUX: Final = re.compile(
    r"(?:standard|ubuntu-base|amazonlinux2?-(?P<architecture>x86_64|aarch64)(?P<is_lambda>-lambda)?-standard):.+"
)


def platform_elsewhere(image: str) -> str:
    """Return what an image runs on where its name says that it is not a Linux container, "" for all others."""
    if _WINDOWS_ELSEWHERE.match(image):
        return "Windows"
    name = image.removeprefix(_OWN)
    return next((platform for form, platform in _ELSEWHERE if name != image and form.fullmatch(name)), "")


def known_image(image: str) -> Image | None:
    """Return what is known of an image: all of AWS's current ones, of its older ones the machine that they need.

    Returns:
        None for an image that is not AWS's own, which may be anything. An older one carries no runtimes that we know.
    """
    if image in IMAGES:
        return IMAGES[image]
    name = image.removeprefix(_OWN)
    found = _LINUX.fullmatch(name) if name != image else None
    if found is None:
        return None
    architecture: Architecture = "arm64" if found["architecture"] == "aarch64" else "x86_64"
    return Image(architecture, {}, is_lambda=bool(found["is_lambda"]))


def is_own(image: str) -> bool:
    """Whether an image is one of AWS's own, whatever its age."""
    return image.startswith(_OWN)


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


def carried_versions(build: Build, name: RuntimeName) -> tuple[str, ...]:
    """Return the versions of a runtime that AWS's images for a build's machine carry, the newest first."""
    kind = build.architecture, compute(build.compute).family == "lambda"
    images = [image for image in IMAGES.values() if (image.architecture, image.is_lambda) == kind]
    return tuple(dict.fromkeys(version for image in images for version in image.runtimes.get(name, ())))


def image_of(build: Build) -> str | None:
    """Return the image that a build runs on; None where it names none and AWS has none that fits."""
    return build.image or default_image(build)
