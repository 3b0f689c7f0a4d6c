"""The kinds of environments: of which class, and whether with builds or with the bucket that keeps states of others."""

from __future__ import annotations

from pathlib import Path
from typing import Final

# The defaults of each class of environments: `dev.yaml`, `staging.yaml`, `prod.yaml`.
CLASS_FOLDER: Final = Path(__file__).parent / "classes"
BACKEND: Final = "backend"
# What an environment without builds can say. Everything else is about builds, in the defaults of its class as well.
WITHOUT_BUILDS: Final = frozenset(
    {
        *("stack", "class", "description", "region", "account", "formerly", "tags", "required_tags", "encryption"),
        BACKEND,
    }
)
