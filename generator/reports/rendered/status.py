"""Each environment in one line, for a person and as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table

from generator.display import one_line
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.operations.rendered.status import EnvironmentStatus, StatusResult


def status_report(result: StatusResult) -> Report:
    """Show what there is to say of a workspace."""
    info = result.sandbox.info
    document = {
        "ok": True,
        "environments": [asdict(line) for line in result.lines],
        "sandbox": asdict(info) if info else None,
    }
    return Report(document, _messages(result))


def _messages(result: StatusResult) -> Iterator[Message]:
    info = result.sandbox.info
    yield Message("show", _table(result.lines))
    yield Message("show", f"\nSandbox: {info.endpoint if info else 'not running'}")
    for line in (*(each.adopted for each in result.lines if each.adopted), *result.unread):
        yield Message("note", one_line(line))
    if result.sandbox.problem:
        yield Message("warn", result.sandbox.problem)


def _table(lines: Sequence[EnvironmentStatus]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for title in ("environment", "class", "account", "region", "modules", "in the sandbox"):
        table.add_column(title)
    for line in lines:
        table.add_row(
            line.name, line.environment_class, line.account, line.region, line.modules, line.sandbox or "nothing"
        )
    return table
