"""Fetch Terraform for the user, with progress."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator.errors import ToolError
from generator.terraform.tools.binary import find_binary
from generator.terraform.tools.install import install_terraform

if TYPE_CHECKING:
    from generator.operations.reporter import Reporter


def fetch_terraform(reporter: Reporter) -> None:
    """Fetch the pinned Terraform into the user's cache, checked against its SHA256SUMS.

    Raises:
        ToolError: it cannot be had, or is not what its publisher says.
    """
    with reporter.progress("fetching Terraform", total=100) as shown:
        done = 0

        def on_progress(received: int, whole: int) -> None:
            nonlocal done
            now = 100 * received // whole if whole else 0
            shown.advance(now - done)
            done = now

        binary = install_terraform(os.environ, on_progress=on_progress)
    reporter.note(f"Terraform {binary.version} is at {binary.path}")


def require_terraform(reporter: Reporter) -> None:
    """Fetch Terraform where this machine has none that is usable.

    Raises:
        ToolError: there is none, and none can be had; says both.
    """
    try:
        find_binary(os.environ)
    except ToolError as missing:
        reporter.note(f"{missing}; fetching one")
        fetch_terraform(reporter)
