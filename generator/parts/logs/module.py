"""Module `logs`: the builds' log group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.module import Module
from generator.parts.logs.section import CREDENTIALS

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


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


def logs(spec: EnvironmentSpec, names: Names) -> Module:
    """Derive module `logs`."""
    identifiers = [f"arn:{names.partition}:dataprotection::aws:data-identifier/{name}" for name in CREDENTIALS]
    arguments = LogsContext(
        group_name=names.log_group,
        retention_days=spec.logs.retention_days,
        log_class=spec.logs.log_class,
        masked_identifier_arns=identifiers if spec.logs.mask_credentials else [],
    )
    return Module(arguments, LogsShape(kms=spec.encryption is not None, mask=spec.logs.mask_credentials))


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "logs.group_name": ("stack",),
    "logs.retention_days": ("logs.retention_days",),
    "logs.log_class": ("logs.log_class",),
    "logs.masked_identifier_arns": ("logs.mask_credentials", "region"),
    "shapes.logs.kms": ("encryption",),
    "shapes.logs.mask": ("logs.mask_credentials",),
}
