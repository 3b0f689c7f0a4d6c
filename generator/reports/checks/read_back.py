"""What a read-back compared, for a person: one line a fact, by resource."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from generator.readback.check import Check


def checks_view(checks: Sequence[Check]) -> Iterator[RenderableType]:
    """Show comparisons, those of one resource together."""
    for subject, group in groupby(checks, key=lambda check: check.subject):
        yield styled(f"     {subject}", bold=True)
        yield _table(list(group))


def _table(checks: Sequence[Check]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_header=False, expand=True)
    # Shares of the width and not widths: so the tables of all resources line up, on any terminal.
    table.add_column(width=7, justify="right")
    table.add_column(ratio=10, no_wrap=True)
    table.add_column(ratio=13, no_wrap=True)
    table.add_column(ratio=12, no_wrap=True, style="dim")
    for check in checks:
        sign = Text("✓", style="green") if check.ok else Text("✗", style="red")
        found = Text(_short(check.found), style="" if check.ok else "red")
        table.add_row(sign, check.aspect, found, Text(check.spec_key))
        if not check.ok:
            table.add_row("", "  in the spec", Text(_short(check.expected)), "")
    return table


def _short(value: object) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and len(value) == 1:
        return _short(value[0])
    return value if isinstance(value, str) else json.dumps(value, default=str)
