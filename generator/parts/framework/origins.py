"""Where each value that a template can print comes from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.parts.catalog import OURS
from generator.parts.framework import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.parts.catalog import Catalog


@lru_cache(maxsize=16)
def origins_of(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """Return dotted spec keys by dotted context path; `*` stands for any key or index.

    Paths below `shapes` say which part of a module is there. A test proves that it is complete.
    """
    outputs = [item for derivation in catalog.derivations.values() for item in derivation.outputs.items()]
    return {
        **facts.ORIGINS,
        # Two parts may have an output of one name, in environments of different kinds.
        **{
            f"outputs.{name}": tuple(key for each, output in outputs if each == name for key in output.keys)
            for name, _ in outputs
        },
        **{path: keys for derivation in catalog.derivations.values() for path, keys in derivation.origins.items()},
    }


# Those of our own parts alone.
ORIGINS: Final = origins_of(OURS)
