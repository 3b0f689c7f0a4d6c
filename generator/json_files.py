"""Reading JSON that lies on the disk, where anybody may have changed it: it is sound, or it is a ValueError."""

from __future__ import annotations

import json
import re
import stat
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from pathlib import Path

_HALF_A_PAIR: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(path: Path) -> Any:  # noqa: ANN401  # what it holds is for the caller to check
    """Return what a JSON file holds.

    Raises:
        OSError: there is none, or it cannot be read.
        ValueError: it is no file, or not sound JSON.
    """
    # Opening a pipe would wait for ever.
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(f"{path.name} is not a file")
    return parse_json(path.read_bytes())


def parse_json(data: bytes) -> Any:  # noqa: ANN401  # as above
    """Return what JSON text holds.

    Raises:
        ValueError: it is not UTF-8, not JSON, nested beyond all measure, or holds numbers or text that nothing can use.
    """
    try:
        content = json.loads(data, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if _HALF_A_PAIR.search(data):
        json.dumps(content, ensure_ascii=False).encode()
    return content


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"holds {word}")
