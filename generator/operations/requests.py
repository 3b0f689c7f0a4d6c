"""What operations are asked for, where that is more than names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.operations.changes.consent import Consent
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What is to be planned, and how.

    Attributes:
        patterns: names and globs of environments; none for all.
        mode: offline from nothing, or against which states.
        cache: offline: answer from plans that were made before.
        save: against states: keep the plans for apply.
        encrypt: encrypt what is kept.
        oldest: against states: show plans again that are no older; None plans all of them, and remembers nothing.
        parallelism: against states: how many at a time; None for the default.
    """

    patterns: Sequence[str] = ()
    mode: Mode = Mode.OFFLINE
    cache: bool = True
    save: bool = False
    encrypt: bool = False
    oldest: timedelta | None = None
    parallelism: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What is to be changed, and what is agreed to beforehand.

    Attributes:
        verb: `apply`, `bootstrap` or `destroy`.
        mode: where effects go.
        patterns: names and globs of environments.
        consent: what needs no question.
        allowed: which refusals are let through: `delete:ADDRESS`, or with `=REASON`.
        max_age: up to how many minutes old a kept plan may be; None for what the workspace says.
        parallelism: how many environments side by side; None for the default.
        wave: class after class.
        resume: go on where the last run stopped.
    """

    verb: str
    mode: Mode
    patterns: tuple[str, ...] = ()
    consent: Consent = field(default_factory=lambda: Consent(given=False))
    allowed: tuple[str, ...] = ()
    max_age: int | None = None
    parallelism: int | None = None
    wave: bool = False
    resume: bool = False
