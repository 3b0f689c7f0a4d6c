"""The schema of a spec, and its reference, as they are shown."""

from __future__ import annotations

from generator.model.documents.schema import SCHEMA_FILE
from generator.reports.report import Message, Report


def written_schema_report(*, changed: bool) -> Report:
    """Say whether the schema of the workspace is another now."""
    said = f"wrote {SCHEMA_FILE}" if changed else f"{SCHEMA_FILE} is up to date"
    return Report({"ok": True, "path": SCHEMA_FILE, "changed": changed}, [Message("done", said)])


def reference_report(text: str) -> Report:
    """Show the reference of all keys."""
    return Report({"ok": True, "reference": text}, [Message("show", text.removesuffix("\n"))])


def schema_message(text: str) -> Message:
    """Show a schema, which is a JSON document already: the same with and without `--json`."""
    return Message("raw", text.removesuffix("\n"))
