"""What tfstencil finds on a machine, for a person and as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from generator import __version__
from generator.operations.doctor import missing
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.doctor import Prerequisite

_LOOK: Final = {"ok": ("✓", "green"), "missing": ("✗", "red"), "absent": ("-", "yellow"), "note": ("!", "yellow")}


def doctor_report(findings: Sequence[Prerequisite]) -> Report:
    """Show what was found, and what is missing that is needed."""
    lacking = missing(findings)
    document = {"ok": not lacking, "version": __version__, "findings": [asdict(finding) for finding in findings]}
    messages = [Message("show", _table(findings))]
    if lacking:
        messages.append(Message("error", f"not ready: {', '.join(lacking)}"))
    return Report(document, messages)


def _table(findings: Sequence[Prerequisite]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_header=False)
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        sign, color = _LOOK[finding.verdict]
        detail = f"{finding.detail}\n→ {finding.hint}" if finding.hint else finding.detail
        table.add_row(Text(sign, style=color), Text(finding.subject, style="bold"), Text(detail))
    return table
