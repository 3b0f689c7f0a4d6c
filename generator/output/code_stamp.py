"""A digest that changes when our own code does, which in a checkout happens without a new version."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from generator import __version__

_PACKAGE: Final = Path(__file__).parent.parent
# What the text of an environment, and what it claims, depend on.
_STAGES: Final = ("spec", "derivation", "rendering", "claims")


def code_stamp() -> str:
    """Return a digest over the looks (stat) of the code that makes text and claims from specs."""
    files = sorted(file for stage in _STAGES for file in (_PACKAGE / stage).rglob("*.py"))
    seen = [(str(file), stat.st_mtime_ns, stat.st_size) for file in files for stat in [file.stat()]]
    return hashlib.sha256(repr((__version__, seen)).encode()).hexdigest()
