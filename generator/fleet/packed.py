"""Plans on the disk: packed, sealed with a digest against damage, and readable by their owner alone."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGEST_SIZE: Final = hashlib.sha256().digest_size


def read_packed(path: Path) -> dict[str, Any] | None:
    """Return the document of a file; None where there is none, or where it is damaged."""
    try:
        data = path.read_bytes()
        packed = data[_DIGEST_SIZE:]
        if hashlib.sha256(packed).digest() != data[:_DIGEST_SIZE]:
            return None
        document = json.loads(zlib.decompress(packed))
    except (OSError, ValueError, zlib.error):
        return None
    return document if isinstance(document, dict) else None


def write_packed(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document; where the folder cannot be written it is not kept."""
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp makes the file 0600; a plan holds every value in plain text.
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(packed).digest() + packed)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
