"""A new workspace: what was written, and what was there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.documents.schema import SCHEMA_FILE
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.specs.init import MadeWorkspace


def init_report(made: MadeWorkspace) -> Report:
    """Show what a new workspace got."""
    document = {"ok": True, "workspace": str(made.root), "written": list(made.written), "kept": list(made.kept)}
    return Report(document, _messages(made))


def _messages(made: MadeWorkspace) -> Iterator[Message]:
    for path in made.written:
        yield Message("done", f"wrote {made.root / path}")
    for path, text in made.kept.items():
        # The schema is long, and tfstencil schema prints it.
        wanted = "" if path == SCHEMA_FILE else f"; tfstencil would have written:\n{text}"
        yield Message("note", f"{made.root / path} was there and is unchanged{wanted}")
    yield Message("note", f"Next: tfstencil -C {made.root} plan --offline (needs no credentials)")
