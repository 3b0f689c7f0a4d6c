"""A new workspace: what was written, and what was there already."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from generator.display import plural
from generator.model.documents.schema import SCHEMA_FILE
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.specs.init import MadeWorkspace


def init_report(made: MadeWorkspace) -> Report:
    """Show what a new workspace got."""
    document = {
        "ok": True,
        "workspace": str(made.root),
        "written": list(made.written),
        "kept": list(made.kept),
        "rendered": list(made.rendered),
    }
    return Report(document, _messages(made))


def _messages(made: MadeWorkspace) -> Iterator[Message]:
    for path in made.written:
        yield Message("done", f"wrote {made.root / path}")
    if made.rendered:
        yield Message("done", f"rendered {plural(len(made.rendered), 'environment')} to {made.root / 'modules_out'}")
    for path, text in made.kept.items():
        # The schema is long, and tfstencil schema prints it.
        wanted = "" if path == SCHEMA_FILE else f"; tfstencil would have written:\n{text}"
        yield Message("note", f"{made.root / path} was there and is unchanged{wanted}")
    if made.engine is None and made.rendered:
        yield Message("note", "No pipeline of CI was written: tfstencil ci generate --help lists the engines.")
    # A workspace without modules has nothing to plan yet.
    command = "plan --offline (needs no credentials)" if made.rendered else "render"
    yield Message("note", f"Next: tfstencil{_at(made.root)} {command}")


def _at(root: Path) -> str:
    return "" if root.resolve() == Path.cwd() else f" -C {shlex.quote(str(root))}"
