"""tfstencil's Python API under the name of the package that people install.

It hands on what `generator` has, where all of it is written; `from tfstencil import plan` and `from generator import
plan` give the same function. Like there, a function is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import generator
from generator import __version__

if TYPE_CHECKING:
    from generator import adopt, apply, destroy, drift, load, plan, rename, render, test

__all__ = ["__version__", "adopt", "apply", "destroy", "drift", "load", "plan", "rename", "render", "test"]


def __getattr__(name: str) -> object:
    """Hand on a function of the API."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(generator, name)


def __dir__() -> list[str]:
    """List the API, which completion in a shell shows."""
    return __all__
