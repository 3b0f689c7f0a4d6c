"""Rules of the builds' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.name_patterns import BUILD
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


def names(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Names of log groups are given as far as builds have groups of their own."""
    given = spec.names.log_group if spec.names else None
    if spec.logs.exists:
        return
    if given is not None and (BUILD in given) != (spec.logs.group == "project"):
        if BUILD in given:
            message, hint = "is a name for each build, and all builds share one log group", "add logs: {group: project}"
        else:
            message, hint = "is one name, and each project has a log group of its own", f"put {BUILD} into it"
        yield Finding(("names", "log_group"), message, hint, "log-group-pattern")
    for name, build in spec.builds.items():
        if spec.logs.group == "stack" and build.names and build.names.log_group:
            message = "is a log group for one build, and all builds share one"
            hint = "add logs: {group: project}, or remove it"
            yield Finding(("builds", name, "names", "log_group"), message, hint, "log-group-of-one")
