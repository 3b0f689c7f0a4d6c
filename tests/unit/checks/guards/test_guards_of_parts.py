"""What an installed part says of its types is believed, as ours are; only a part in a workspace has a file to judge."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

from generator.checks.guards.classification import of_parts
from generator.parts.catalog import PARTS

if TYPE_CHECKING:
    import pytest

    from generator.workspace import Workspace


def test_an_installed_part_adds_to_the_tables(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    part = replace(PARTS[0], name="own", guards=lambda: {"aws_dax_cluster": {"holds": "data"}})
    monkeypatch.setattr(of_parts, "workspace_catalog", lambda _: SimpleNamespace(parts=(*PARTS, part)))
    known, problems = of_parts.table_with_parts(workspace)
    assert problems == []
    assert "aws_dax_cluster" in known.rows
