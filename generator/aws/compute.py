"""The build machines that CodeBuild offers: what a spec calls them, and what CodeBuild does.

A spec names a machine in one word, so that pairs that Terraform accepts and CodeBuild refuses (a Lambda environment
with an EC2 size) cannot be written at all.
https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Family = Literal["general", "gpu", "lambda"]
ComputeName = Literal[
    "small",
    "medium",
    "large",
    "xlarge",
    "2xlarge",
    "gpu-small",
    "gpu-large",
    "lambda-1gb",
    "lambda-2gb",
    "lambda-4gb",
    "lambda-8gb",
    "lambda-10gb",
]
Architecture = Literal["x86_64", "arm64"]

# A build on Lambda is ended after 15 minutes, whatever the project says.
# https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html
LAMBDA_MINUTES: Final = 15

_ENVIRONMENT_TYPES: Final[Mapping[tuple[Family, Architecture], str]] = {
    ("general", "x86_64"): "LINUX_CONTAINER",
    ("general", "arm64"): "ARM_CONTAINER",
    ("gpu", "x86_64"): "LINUX_GPU_CONTAINER",
    ("lambda", "x86_64"): "LINUX_LAMBDA_CONTAINER",
    ("lambda", "arm64"): "ARM_LAMBDA_CONTAINER",
}


@dataclass(frozen=True, slots=True)
class Compute:
    """One kind of build machine.

    Attributes:
        family: `general` and `gpu` are containers on EC2.
        type: CodeBuild's `computeType`.
    """

    family: Family
    type: str

    @property
    def keeps_local_cache(self) -> bool:
        """Whether a machine that stays warm keeps what builds leave on it, for the next build."""
        return self.family == "general" and not self.type.endswith("_2XLARGE")

    def environment_type(self, architecture: Architecture) -> str | None:
        """Return CodeBuild's environment type; None where there is no such machine of that architecture."""
        return _ENVIRONMENT_TYPES.get((self.family, architecture))


def compute(name: ComputeName) -> Compute:
    """Return the machine that a spec calls `name`."""
    family, _, size = name.rpartition("-")
    if family == "lambda":
        return Compute("lambda", f"BUILD_LAMBDA_{size.upper()}")
    return Compute("gpu" if family == "gpu" else "general", f"BUILD_GENERAL1_{size.upper()}")
