"""What every operation is handed: where it works, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.operations.reporter import Silent
from generator.redaction import Redactor

if TYPE_CHECKING:
    from generator.operations.reporter import Reporter
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Run:
    """One call of an operation.

    Attributes:
        workspace: where.
        reporter: hears what it tells, and answers what it asks.
        redactor: learns what is secret, so that nobody prints it.
        verbose: let TF_LOG through to terraform.
    """

    workspace: Workspace
    reporter: Reporter = field(default_factory=Silent)
    redactor: Redactor = field(default_factory=Redactor)
    verbose: bool = False
