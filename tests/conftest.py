"""Fixtures that several test files use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def repository() -> Path:
    """Return the root of the project."""
    return REPOSITORY


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
