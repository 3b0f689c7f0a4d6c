"""The kinds of environments: of which class, and whether with builds or with the bucket that keeps states of others."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

# The defaults of each class of environments: `dev.yaml`, `staging.yaml`, `prod.yaml`.
CLASS_FOLDER: Final = Path(__file__).parent / "classes"
BACKEND: Final = "backend"
_FRAME: Final = ("stack", "class", "description", "region", "account", "formerly", "tags", "required_tags", "names")


@cache
def without_builds() -> frozenset[str]:
    """Return what an environment without builds can say. All else is about builds, in its class's defaults as well."""
    from generator.parts.catalog import PARTS  # noqa: PLC0415  # all sections, which loading a spec takes in any case

    return frozenset({*_FRAME, *(part.name for part in PARTS if part.key is not None and BACKEND in part.kinds)})
