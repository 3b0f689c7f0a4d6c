"""Shards: what each job of a divided plan left behind, and which of them left nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TITLE: Final = re.compile(r"[1-9]\d{0,3}/[1-9]\d{0,3}")
_MATRIX: Final = "--expect takes the matrix that tfstencil affected --output github prints"


@dataclass(frozen=True, slots=True)
class Shard:
    """One job of a divided plan.

    Attributes:
        title: `2/3`.
        names: the environments that it was to plan.
        document: what it left, as JSON data; None where that is nothing that can be read.
        missing: why there is none, as a sentence about the shard; "" where there is one.
    """

    title: str
    names: tuple[str, ...]
    document: Mapping[str, Any] | None
    missing: str = ""


def shards_in(folder: Path, matrix: str) -> list[Shard]:
    """Read what the jobs of a divided plan left in one folder, `2-of-3.json` of shard 2/3.

    Args:
        folder: need not exist where no job left anything.
        matrix: which jobs there were, and what each was to plan.

    Raises:
        UsageError: the matrix is none, or a file belongs to no job of it.
    """
    expected = _expected(matrix)
    files = {f"{title.replace('/', '-of-')}.json": title for title in expected}
    there = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    strange = [name for name in there if name not in files]
    if strange:
        hint = f"files of this run are {', '.join(files) or 'none'}; those of another run do not belong here"
        raise UsageError(f"{folder}: {', '.join(strange)} belongs to no shard of the matrix", hint=hint)
    return [_shard(folder / file, title, expected[title]) for file, title in files.items()]


def _expected(matrix: str) -> dict[str, tuple[str, ...]]:
    if not matrix.strip():
        hint = f"the job that finds what is affected did not end well; {_MATRIX}"
        raise UsageError("--expect is empty, so nobody knows which plans there should be", hint=hint)
    try:
        found = {each["shard"]: tuple(each["environments"].split()) for each in json.loads(matrix)["include"]}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UsageError("--expect is not a matrix", hint=_MATRIX) from None
    if not all(_TITLE.fullmatch(title) for title in found):
        raise UsageError("--expect has a shard that is not named as 2/3", hint=_MATRIX)
    names = [name for each in found.values() for name in each]
    if len(names) != len(set(names)):
        raise UsageError("--expect names an environment twice", hint=_MATRIX)
    return found


def _shard(file: Path, title: str, names: tuple[str, ...]) -> Shard:
    if not file.exists():
        return Shard(title, names, None, "left no result: it was lost, cancelled or failed before it could plan")
    try:
        text = file.read_text("utf-8")
        document = json.loads(text)
    except (OSError, ValueError):
        text, document = "", None
    if not text.strip():
        return Shard(title, names, None, "left an empty or broken result: it was stopped while it planned")
    if not isinstance(document, dict):
        return Shard(title, names, None, "left a result that is not a plan")
    return Shard(title, names, document)
