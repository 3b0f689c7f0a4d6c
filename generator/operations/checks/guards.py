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
        folder: of a workspace, which may classify more types than we do; or any other.
        target: the address of the resource (`module.artifacts.aws_s3_bucket.this`), or its type.

    Raises:
        UsageError: the target is neither.
        SpecError: what the workspace classifies is wrong.
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
