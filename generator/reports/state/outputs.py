"""Outputs of an applied environment, for a person and as JSON data; sensitive values are hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from rich.table import Table

from generator.display import visible
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.terraform import Mode
    from generator.terraform.results import OutputValue

_HIDDEN: Final = "(sensitive)"


def outputs_report(name: str, mode: Mode, outputs: Mapping[str, OutputValue]) -> Report:
    """Show the outputs of an environment."""
    values = {key: _HIDDEN if output.is_sensitive else output.value for key, output in outputs.items()}
    document = {"ok": True, "environment": name, "mode": mode.value, "outputs": values}
    if not outputs:
        return Report(document, [Message("show", f"{name} has no outputs: nothing is applied ({mode.value})")])
    table = Table(box=None, pad_edge=False, padding=(0, 2), show_header=False)
    for key, value in values.items():
        table.add_row(key, visible(value if isinstance(value, str) else json.dumps(value)))
    return Report(document, [Message("show", table)])
