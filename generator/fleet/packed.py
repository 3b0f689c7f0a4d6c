"""Plans on the disk: packed, and with a digest against damage. They hold every value in plain text."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from generator.files import keep_checksummed, read_checksummed
from generator.json_files import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_packed(path: Path) -> dict[str, Any] | None:
    """Return the document of a file; None where there is none, or where it is damaged."""
    packed = read_checksummed(path)
    if packed is None:
        return None
    try:
        document = parse_json(zlib.decompress(packed))
    except (ValueError, zlib.error):
        return None
    return document if isinstance(document, dict) else None


def write_packed(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document; where the folder cannot be written it is not kept."""
    keep_checksummed(path, zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1))
