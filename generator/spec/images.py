"""AWS's build images and the language runtimes that each carries.

Source: the `runtimes.yml` of each image in https://github.com/aws/aws-codebuild-docker-images (April 2026). Terraform
and the provider accept any pair of image and runtime; the build then fails in its install phase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

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

# Image -> (architecture, runtimes), the one to prefer first.
IMAGES: Final[Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]]] = {
    "aws/codebuild/amazonlinux-x86_64-standard:6.0": ("x86_64", _NEWER),
    "aws/codebuild/amazonlinux-x86_64-standard:5.0": ("x86_64", _OLDER),
    "aws/codebuild/standard:8.0": ("x86_64", _NEWER),
    "aws/codebuild/standard:7.0": ("x86_64", _OLDER),
    "aws/codebuild/amazonlinux-aarch64-standard:4.0": ("arm64", _NEWER),
    "aws/codebuild/amazonlinux-aarch64-standard:3.0": ("arm64", {**_OLDER, "php": (*_OLDER["php"], "8.1")}),
}

# https://nodejs.org/en/about/previous-releases
END_OF_LIFE: Final = {("nodejs", "18"): "2025-04-30", ("nodejs", "20"): "2026-04-30", ("python", "3.9"): "2025-10-31"}


def missing_runtimes(image: str, runtime: Mapping[RuntimeName, str]) -> dict[RuntimeName, tuple[str, ...]]:
    """Return the wanted runtimes that `image` lacks, each with the versions that it carries.

    An image that is not AWS's own may carry anything: nothing is missing.
    """
    if image not in IMAGES:
        return {}
    carried = IMAGES[image][1]
    return {name: carried.get(name, ()) for name, version in runtime.items() if version not in carried.get(name, ())}


def default_image(runtime: Mapping[RuntimeName, str], architecture: str) -> str | None:
    """Return the newest AWS image for `architecture` that carries all of `runtime`; None where there is none."""
    for image, (built_for, _) in IMAGES.items():
        if built_for == architecture and not missing_runtimes(image, runtime):
            return image
    return None
