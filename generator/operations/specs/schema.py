"""Schema: what a spec may say, for editors and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.documents.reference import reference
from generator.model.documents.schema import SCHEMA_FILE, file_schema, merged_schema, schema_text
from generator.text_files import replace_file

if TYPE_CHECKING:
    from generator.workspace import Workspace


def key_reference() -> str:
    """Return the reference of all keys, as Markdown."""
    return reference()


def schema(*, merged: bool) -> str:
    """Return the JSON Schema of a spec file, or of an environment after all its layers are merged."""
    return schema_text(merged_schema() if merged else file_schema())


def write_schema(workspace: Workspace) -> bool:
    """Write the schema where specs look for it.

    Returns:
        Whether it changed.

    Raises:
        OutputError: it cannot be written.
    """
    return replace_file(workspace.root / SCHEMA_FILE, schema(merged=False))
