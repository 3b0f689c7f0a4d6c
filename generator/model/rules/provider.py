"""Rules of the AWS provider that Terraform may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.provider_versions import SUPPORTED, is_possible
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def provider_version(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The constraint leaves a version of the provider that the rendered modules hold under."""
    if not is_possible(spec.provider_version):
        message = f"leaves no version of the AWS provider that the modules hold under: {SUPPORTED}"
        yield Finding(
            ("provider_version",), message, 'admit one of those, such as "~> 5.100" or ">= 6.42"', "provider-version"
        )
