"""Schema: what a spec may say, and a part of a workspace's own, for editors and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.model.documents.reference import reference
from generator.model.documents.schema import SCHEMA_FILE, file_schema, merged_schema, schema_text
from generator.model.environment import EnvironmentSpec, spec_model
from generator.parts.own.catalog import workspace_catalog
from generator.text_files import replace_file
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def key_reference(folder: Path) -> str:
    """Return the reference of all keys, as Markdown; in a workspace, with those of its own parts."""
    return reference(_model(folder))


def schema(folder: Path, *, merged: bool) -> str:
    """Return the JSON Schema of a spec file, or of an environment after all its layers are merged.

    Args:
        folder: where; in a workspace, its own parts have their keys.
        merged: after all layers are merged.
    """
    model = _model(folder)
    return schema_text(merged_schema(model) if merged else file_schema(model))


def write_schema(workspace: Workspace) -> bool:
    """Write the schema where specs look for it.

    Returns:
        Whether it changed.

    Raises:
        OutputError: it cannot be written.
    """
    return replace_file(workspace.root / SCHEMA_FILE, schema(workspace.root, merged=False))


def schema_of_parts() -> str:
    """Return the JSON Schema of `part.yaml`."""
    from generator.parts.own.file.documents import part_schema  # noqa: PLC0415  # Jinja's parser

    return schema_text(part_schema())


def reference_of_parts() -> str:
    """Return the reference of `part.yaml`, as Markdown."""
    from generator.parts.own.file.documents import part_reference  # noqa: PLC0415  # Jinja's parser

    return part_reference()


def _model(folder: Path) -> type[EnvironmentSpec]:
    try:
        workspace = Workspace.find(folder)
    except UsageError:
        return EnvironmentSpec
    return spec_model(workspace_catalog(workspace))
