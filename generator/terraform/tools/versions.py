"""Version numbers, as far as we need to compare them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from generator.aws.provider_versions import SUPPORTED, admits

_NUMBERS: Final = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+.*)?")


class Version(NamedTuple):
    """Three numbers; what follows a hyphen makes a pre-release, which sorts before its release."""

    major: int
    minor: int
    patch: int
    released: bool = True

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """Read `1.11.4`, `v1.11.4` or `1.12.0-beta1`; None for anything else."""
        found = _NUMBERS.fullmatch(text.strip())
        if not found:
            return None
        return cls(int(found[1]), int(found[2]), int(found[3]), found[4] is None)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + ("" if self.released else " (pre-release)")


# 1.10 brought `use_lockfile` to the S3 backend, on which the rendered backend relies; OpenTofu likewise.
MINIMUM_TERRAFORM: Final = Version(1, 10, 0)
PINNED_TERRAFORM: Final = "1.11.4"


def provider_fits(version: Version, constraint: str = SUPPORTED) -> bool:
    """Whether a version of the AWS provider is one that the rendered modules accept, or another constraint does."""
    return version.released and admits(constraint, version[:3])
