"""Module `logs`: the builds' log group."""

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
    """Arguments of module `logs`."""

    group_name: str
    retention_days: int
    log_class: str
    masked_identifier_arns: list[str]


@dataclass(frozen=True, slots=True)
class LogsShape:
    """Features of module `logs`."""

    kms: bool
    mask: bool


def logs(scope: Scope, _: Contribution) -> Module:
    """Derive module `logs`."""
    spec, names = scope.spec, scope.names
    identifiers = [f"arn:{names.partition}:dataprotection::aws:data-identifier/{name}" for name in CREDENTIALS]
    arguments = LogsContext(
        group_name=names.log_group,
        retention_days=spec.logs.retention_days,
        log_class=spec.logs.log_class,
        masked_identifier_arns=identifiers if spec.logs.mask_credentials else [],
    )
    return Module(arguments, LogsShape(kms=spec.encryption is not None, mask=spec.logs.mask_credentials))


def contributes(scope: Scope) -> Contribution:
    """Ask for the key, and for the way to the log group."""
    return Contribution(
        log_groups=(scope.names.arn("logs", f"log-group:{scope.names.log_group}"),), endpoints=("logs",)
    )


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "logs.group_name": ("stack", "names.log_group"),
    "logs.retention_days": ("logs.retention_days",),
    "logs.log_class": ("logs.log_class",),
    "logs.masked_identifier_arns": ("logs.mask_credentials", "region"),
    "shapes.logs.kms": ("encryption",),
    "shapes.logs.mask": ("logs.mask_credentials",),
}
