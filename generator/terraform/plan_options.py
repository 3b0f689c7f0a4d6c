"""What kind of plan terraform is to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from generator.terraform.process.command_line import FLAG

PATIENCE: Final = "30s"


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What kind of plan.

    Attributes:
        destroy: plan the destruction of everything.
        refresh_only: plan only what changed outside.
        refresh: read the real resources first.
        targets: addresses to restrict the plan to.
        replace: addresses to replace.
        lock: take the state lock.
        lock_timeout: how long to wait for it (`30s`).
        parallelism: concurrent operations; None for terraform's own default.
    """

    destroy: bool = False
    refresh_only: bool = False
    refresh: bool = True
    targets: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    lock: bool = True
    lock_timeout: str = PATIENCE
    parallelism: int | None = None

    def flags(self) -> dict[str, Any]:
        """Return them as python-terraform takes them."""
        return {
            "destroy": FLAG if self.destroy else None,
            "refresh_only": FLAG if self.refresh_only else None,
            "refresh": None if self.refresh else False,
            "target": list(self.targets),
            "replace": list(self.replace),
            "lock": None if self.lock else False,
            "lock_timeout": self.lock_timeout if self.lock else None,
            "parallelism": self.parallelism,
        }
