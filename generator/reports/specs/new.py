"""A new environment: where its spec stands, and what is left to change in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.documents.schema import SCHEMA_FILE
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.specs.new import NewEnvironment


def new_report(made: NewEnvironment) -> Report:
    """Show what was written, and what comes next."""
    spec = made.spec
    facts = {"environment": made.name, "path": made.path, "class": spec.environment_class, "bases": list(spec.bases)}
    return Report({"ok": True, **facts, "to_change": dict(spec.to_change), "notes": list(spec.notes)}, _messages(made))


def _messages(made: NewEnvironment) -> Iterator[Message]:
    yield Message("done", f"wrote {made.path}, an environment of class {made.spec.environment_class}")
    for key, change in made.spec.to_change.items():
        yield Message("show", f"  change {key}: {change}")
    for note in made.spec.notes:
        yield Message("warn", f"not carried over: {note}")
    if not made.editors_complete:
        yield Message("note", f"For completion in editors: tfstencil schema --write makes {SCHEMA_FILE}")
    yield Message("note", f"Next: tfstencil explain {made.name}, then tfstencil render {made.name}")
