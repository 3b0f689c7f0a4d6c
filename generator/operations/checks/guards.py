"""Guards: what they watch of a resource, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.guards.classification.explanation import WatchedType, close_type, explained, type_of
from generator.checks.guards.classification.table import table
from generator.checks.guards.settings import read_settings
from generator.errors import UsageError
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from generator.checks.guards.classification.table import Table


def watched(folder: Path, target: str) -> WatchedType:
    """Say what the guards watch of a resource.

    Args:
        folder: a workspace, which may classify types of its own; anywhere else only our own are known.
        target: the address of the resource (`module.artifacts.aws_s3_bucket.this`), or its type.

    Raises:
        SpecError: the workspace's guards.yaml is wrong.
        UsageError: the target is neither.
    """
    known = _known(folder)
    kind = type_of(target)
    if not kind:
        close = close_type(target, known)
        hint = f"did you mean {close}?" if close else "write aws_s3_bucket, or module.artifacts.aws_s3_bucket.this"
        raise UsageError(f"{target} is neither the address of a resource nor a type of resources", hint=hint)
    return explained(kind, known)


def _known(folder: Path) -> Table:
    try:
        workspace = Workspace.find(folder)
    except UsageError:
        return table()
    return read_settings(workspace).table
