"""Tables of figures: for the terminal, and as Markdown between the markers of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of finished texts.

    Attributes:
        title: what was measured, and on what.
        heads: of the columns; the first column stands on the left, the others on the right.
        rows: a text for each column.
        notes: what has to be known of the figures, a paragraph each.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def shown(self) -> Table:
        """Return the table for a terminal."""
        table = Table(title=self.title, caption="\n".join(self.notes) or None)
        for number, head in enumerate(self.heads):
            table.add_column(head, justify="right" if number else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Return the table and its notes as Markdown."""
        rule = ["---" if number == 0 else "---:" for number, _ in enumerate(self.heads)]
        lines = ["| " + " | ".join(row) + " |" for row in (self.heads, rule, *self.rows)]
        return "\n".join(lines) + "".join(f"\n\n{note}" for note in self.notes)


def put(document: Path, name: str, text: str) -> None:
    """Replace what stands between the markers `name` of a document.

    Raises:
        ValueError: it has no such markers.
    """
    begin, end = f"<!-- bench:{name} -->\n", f"<!-- /bench:{name} -->"
    before, found, rest = document.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{document} has no {begin.strip()} with its end")
    document.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")
