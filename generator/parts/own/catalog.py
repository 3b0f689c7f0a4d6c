"""The catalog of a workspace: our parts, and those that it brings itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.catalog import OURS, Catalog

if TYPE_CHECKING:
    from generator.workspace import Workspace


def workspace_catalog(_: Workspace) -> Catalog:
    """Return the parts that the specs of a workspace can use."""
    return OURS
