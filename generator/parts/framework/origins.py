"""Where each value that a template can print comes from."""

from __future__ import annotations

from typing import Final

from generator.parts.catalog import PARTS
from generator.parts.framework import facts

# Dotted context path -> dotted spec keys; `*` stands for any key or index. Paths below `shapes` say which part of a
# module is there. A test proves that it is complete.
_OUTPUTS: Final = [item for part in PARTS for item in part.derivation().outputs.items()]
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    **facts.ORIGINS,
    # Two parts may have an output of one name, in environments of different kinds.
    **{
        f"outputs.{name}": tuple(key for each, output in _OUTPUTS if each == name for key in output.keys)
        for name, _ in _OUTPUTS
    },
    **{path: keys for part in PARTS for path, keys in part.derivation().origins.items()},
}
