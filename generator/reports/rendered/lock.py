"""What lock files say now, for a person and as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.rendered.lock import Locked


def lock_report(found: Sequence[Locked]) -> Report:
    """Show what each environment is locked to."""
    parts = [Message("show", f"{each.file}: {each.status}, {each.providers}") for each in found]
    if any(each.status != "unchanged" for each in found):
        parts.append(Message("note", "Commit these files: Terraform takes what they name, on every machine"))
    return Report({"ok": True, "environments": [asdict(each) for each in found]}, parts)
