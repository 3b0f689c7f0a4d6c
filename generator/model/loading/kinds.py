"""The kinds of environments: of which class, and whether with builds or with the bucket that keeps states of others."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model.section import Replaceable
    from generator.parts.catalog import Catalog

# The defaults of each class of environments: `dev.yaml`, `staging.yaml`, `prod.yaml`.
CLASS_FOLDER: Final = Path(__file__).parent / "classes"
BACKEND: Final = "backend"
_FRAME: Final = (
    *("stack", "class", "description", "region", "account", "formerly", "labels", "needs"),
    *("tags", "required_tags", "names", "adopted"),
)


@lru_cache(maxsize=16)
def without_builds(catalog: Catalog) -> frozenset[str]:
    """Return what an environment without builds can say. All else is about builds, in its class's defaults as well."""
    has_key = (part.name for part in catalog.parts if part.key is not None and BACKEND in part.kinds)
    return frozenset({*_FRAME, *has_key})


@lru_cache(maxsize=16)
def replaceable(catalog: Catalog) -> Mapping[str, type[Replaceable]]:
    """Return the sections whose subject the stack makes unless it exists, by their keys."""
    from generator.model.section import Replaceable  # noqa: PLC0415  # all sections, which loading a spec takes in any case

    keys = ((part.name, part.key.section) for part in catalog.parts if part.key is not None)
    return {name: section for name, section in keys if issubclass(section, Replaceable)}
