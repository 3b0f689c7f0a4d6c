"""Fixtures that several test files use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def repository() -> Path:
    """Return the root of the project."""
    return REPOSITORY


@pytest.fixture
def workspace_of(tmp_path: Path) -> Callable[[Mapping[str, str]], Workspace]:
    """Make a workspace from specs: `{"dev": "stack: …"}` becomes `environments/dev.yaml`."""

    def make(specs: Mapping[str, str]) -> Workspace:
        folder = tmp_path / "workspace" / "environments"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in specs.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return Workspace.find(folder.parent)

    return make


@pytest.fixture
def tfstencil(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as a process of its own, in the test's folder."""

    def run(
        *arguments: str | Path, cwd: Path = tmp_path, variables: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "NO_COLOR"}}
        return subprocess.run(
            [sys.executable, "-m", "generator", *map(str, arguments)],
            cwd=cwd,
            env=kept | {"PYTHONPATH": str(REPOSITORY)} | dict(variables or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
