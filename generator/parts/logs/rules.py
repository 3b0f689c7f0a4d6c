"""Rules of the builds' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def log_class(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The class of the log group can do what is asked of it."""
    if spec.logs.mask_credentials and spec.logs.log_class != "STANDARD":
        yield Finding(
            ("logs", "mask_credentials"),
            f"a log group of class {spec.logs.log_class} masks nothing: CloudWatch refuses the policy at apply",
            "set log_class: STANDARD, or mask_credentials: false",
            "mask-needs-standard-class",
        )
