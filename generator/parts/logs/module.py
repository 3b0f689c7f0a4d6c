"""Module `logs`: the builds' log groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import Contribution
from generator.parts.framework.module import Module
from generator.parts.logs.section import CREDENTIALS

if TYPE_CHECKING:
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class LogsContext:
    """Arguments of module `logs`; `group_name` is None where there are several groups."""

    group_name: str | None
    group_names: list[str]
    group_tags: dict[str, dict[str, str]]
    retention_days: int
    log_class: str
    masked_identifier_arns: list[str]


@dataclass(frozen=True, slots=True)
class LogsShape:
    """Features of module `logs`."""

    several: bool
    tags: bool
    kms: bool
    mask: bool


@dataclass(frozen=True, slots=True)
class LogGroupsContext:
    """The log groups of the builds, whoever made them.

    Attributes:
        shared: name of the group that all builds write to; None where they have groups of their own.
        shared_arn: its ARN.
        names: names of the groups, each once.
        by_build: name of each build's group.
    """

    shared: str | None
    shared_arn: str | None
    names: list[str]
    by_build: dict[str, str]


def is_shared(scope: Scope) -> bool:
    """Tell whether all builds write to one group."""
    logs = scope.spec.logs
    if logs.existing:
        return len(set(scope.names.log_groups.values())) == 1
    return logs.group == "stack"


def has_several(scope: Scope) -> bool:
    """Tell whether builds have groups of their own."""
    return not is_shared(scope)


def log_groups(scope: Scope, _: Contribution) -> LogGroupsContext | None:
    """Return the log groups of the builds; None where there are no builds."""
    if scope.spec.backend is not None:
        return None
    found = sorted(set(scope.names.log_groups.values()))
    shared = found[0] if is_shared(scope) else None
    arn = scope.names.arn("logs", f"log-group:{shared}") if shared else None
    return LogGroupsContext(shared, arn, found, dict(sorted(scope.names.log_groups.items())))


def logs(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `logs`; None where the groups exist."""
    spec, names = scope.spec, scope.names
    if spec.logs.exists:
        return None
    found, several = sorted(set(names.log_groups.values())), has_several(scope)
    identifiers = [f"arn:{names.partition}:dataprotection::aws:data-identifier/{name}" for name in CREDENTIALS]
    arguments = LogsContext(
        group_name=None if several else found[0],
        group_names=found if several else [],
        group_tags=_tags_of_groups(scope) if several else {},
        retention_days=spec.logs.retention_days,
        log_class=spec.logs.log_class,
        masked_identifier_arns=identifiers if spec.logs.mask_credentials else [],
    )
    shape = LogsShape(
        several=several,
        tags=bool(arguments.group_tags),
        kms=spec.encryption is not None,
        mask=spec.logs.mask_credentials,
    )
    return Module(arguments, shape)


def _tags_of_groups(scope: Scope) -> dict[str, dict[str, str]]:
    """Return the tags of groups that are one build's own, by the group's name."""
    writers: dict[str, list[str]] = {}
    for build, group in scope.names.log_groups.items():
        writers.setdefault(group, []).append(build)
    tags = {group: scope.spec.builds[builds[0]].tags for group, builds in writers.items() if len(builds) == 1}
    return {group: dict(sorted(tags[group].items())) for group in sorted(tags) if tags[group]}


def contributes(scope: Scope) -> Contribution:
    """Ask for the key of the groups that the stack makes, and for the way to all of them."""
    made = () if scope.spec.logs.exists else sorted(set(map(scope.names.log_group_arn, scope.spec.builds)))
    return Contribution(log_groups=tuple(made), endpoints=("logs",))


_NAMES: Final = ("stack", "names.log_group", "names.project", "logs.group", "logs.existing.group", "builds.*.names")
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "log_groups": ("logs", "backend"),
    "log_groups.shared": _NAMES,
    "log_groups.shared_arn": (*_NAMES, "region", "account"),
    "log_groups.names": _NAMES,
    "log_groups.by_build": _NAMES,
    "log_groups.by_build.*": _NAMES,
    "logs": ("logs.existing",),
    "logs.group_name": _NAMES,
    "logs.group_names": _NAMES,
    "logs.group_tags": ("builds.*.tags",),
    "logs.group_tags.*": ("builds.*.tags",),
    "logs.group_tags.*.*": ("builds.*.tags.*",),
    "logs.retention_days": ("logs.retention_days",),
    "logs.log_class": ("logs.log_class",),
    "logs.masked_identifier_arns": ("logs.mask_credentials", "region"),
    "shapes.logs.several": ("logs.group",),
    "shapes.logs.tags": ("builds.*.tags",),
    "shapes.logs.kms": ("encryption",),
    "shapes.logs.mask": ("logs.mask_credentials",),
}
