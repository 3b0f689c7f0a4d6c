"""Module `logs`: the builds' log group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.derivation.module import Module

if TYPE_CHECKING:
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.names import Names


@dataclass(frozen=True, slots=True)
class LogsContext:
    """Arguments of module `logs`."""

    group_name: str
    retention_days: int


@dataclass(frozen=True, slots=True)
class LogsShape:
    """Features of module `logs`."""

    kms: bool


def logs(spec: EnvironmentSpec, names: Names) -> Module:
    """Derive module `logs`."""
    arguments = LogsContext(group_name=names.log_group, retention_days=spec.logs.retention_days)
    return Module(arguments, LogsShape(kms=spec.encryption is not None))


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "logs.group_name": ("stack",),
    "logs.retention_days": ("logs.retention_days",),
    "shapes.logs.kms": ("encryption",),
}
