"""tfstencil: short YAML specs in, complete and readable Terraform out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.api import adopt, apply, destroy, drift, load, plan, rename, render, test

__version__ = "0.1.0"
__all__ = ["adopt", "apply", "destroy", "drift", "load", "plan", "rename", "render", "test"]


def __getattr__(name: str) -> object:
    """Import the Python API when somebody asks for it; the command line starts without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # costs the command line nothing

    return getattr(import_module("generator.api"), name)
