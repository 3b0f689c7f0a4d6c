"""The schemas of providers: asked for once a machine, while terraform plans, and kept."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

from generator.errors import ToolError
from generator.terraform.plugin import read_schema
from generator.terraform.sealed import read_sealed, write_sealed
from generator.terraform.user_folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Schemas:
    """The schemas of all providers that this process plans with.

    Args:
        environ: our own environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._folder = cache_folder(environ) / "schemas"
        self._known: dict[Path, Future[bytes | None]] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1)

    def of(self, program: Path) -> Future[bytes | None]:
        """Begin to read the schema of a provider; None comes where it cannot be had."""
        with self._lock:
            if program not in self._known:
                self._known[program] = self._pool.submit(self._read, program)
            return self._known[program]

    def _read(self, program: Path) -> bytes | None:
        try:
            seen = program.stat()
            key = f"{program.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}"
            file = self._folder / hashlib.sha256(key.encode()).hexdigest()
            schema = read_sealed(file)
            if schema is None:
                schema = read_schema(program, self._environ)
                write_sealed(file, schema)
        except (OSError, ToolError):
            return None
        return schema


def provider_in(data: Path, address: str) -> Path | None:
    """Return the one program of a provider that an init has put into terraform's working data."""
    name = address.rpartition("/")[2]
    found = list(data.glob(f"providers/{address}/*/*/terraform-provider-{name}*"))
    return found[0] if len(found) == 1 else None
