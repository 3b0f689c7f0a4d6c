"""What terraform's commands answer, where it is more than success."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from generator.diagnostics import Diagnostic
    from generator.plans.plan import Plan
    from generator.terraform.process.runner import CommandResult


@dataclass(frozen=True, slots=True)
class PlanRun:
    """How `terraform plan` ended: whether there are changes, what it warned of, and the command itself."""

    has_changes: bool
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    result: CommandResult


@dataclass(frozen=True, slots=True)
class ApplyRun:
    """How `terraform apply` or `destroy` ended: what it warned of, and the file that keeps its whole output."""

    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    log: Path


@dataclass(frozen=True, slots=True)
class OutputValue:
    """One output of an applied stack; do not print the value of a sensitive one."""

    value: Any
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that was made.

    Attributes:
        plan: what it would do.
        file: the plan file (0600; it holds every value in plain text).
        has_changes: terraform's own verdict (exit code 2 of `-detailed-exitcode`).
        diagnostics: what terraform warned of.
        seconds: how long terraform planned.
    """

    plan: Plan
    file: Path
    has_changes: bool
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
