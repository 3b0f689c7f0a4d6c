"""What a part tells the guards of the types of resources that it alone renders.

A part of ours says it in `guards.yaml` in its folder, in the words of `generator.checks.guards.classification`. A
workspace, and a part of its own, says it in four words, attribute by attribute:

    aws_lambda_function: {role: access, code: harmless}
    aws_dynamodb_table: {holds: data}

`harmless` speaks of no protection, `data` is content that the guards know nothing of, `access` lets somebody in or acts
as somebody, `protection` keeps something safe. `holds: data` is said of the resource itself: it cannot be made again.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FILE: Final = "guards.yaml"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HOLDS: Final = "holds"
DATA: Final = "data"
# Each word, with the one of the tables that it comes to.
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"harmless": "harmless", DATA: DATA, "access": "access", "protection": "unchanged"}
)
_WATCHED: Final = ("access", "protection")


def beside(module: str) -> Callable[[], Mapping[str, Any]]:
    """Return a function that reads `guards.yaml` in the folder of a part.

    Args:
        module: `__file__` of the part.
    """
    file = Path(module).with_name(_FILE)
    return lambda: yaml.load(file.read_text("utf-8"), _LOADER)  # noqa: S506  # the safe loader


def in_words(types: Mapping[str, Mapping[str, str]], source: str) -> dict[str, Any]:
    """Write what is said in the four words as the tables have it.

    Args:
        types: the word of each attribute, by type.
        source: who says it: `guards.yaml`, `part alert-bot`.
    """
    return {kind: _row(words, source) for kind, words in types.items()}


def _row(words: Mapping[str, str], source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word, how in WORDS.items():
        paths = [path for path, said in words.items() if said == word and path != HOLDS]
        if paths:
            found[how] = {f"what {source} calls {word}": paths} if word in _WATCHED else paths
    if "protection" in words.values():
        found["protects"] = f"what {source} calls protection"
    if HOLDS in words:
        found[HOLDS] = f"what {source} calls data"
    # It may be there several times, and each is judged by itself.
    return found | {"several": ["id"]}
