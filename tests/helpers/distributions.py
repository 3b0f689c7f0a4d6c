"""Builds what is published, as a release does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def build(folder: Path) -> Path:
    """Build the wheel and the source distribution into `folder`, and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder
