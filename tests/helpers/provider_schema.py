"""What the provider that is installed says of itself: its schema, asked for once for all processes of a test run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from generator.files import keep_checksummed, read_checksummed
from generator.terraform import find_tools
from generator.terraform.provider_schema.plugin import read_schema
from generator.terraform.provider_schema.selection import fields

if TYPE_CHECKING:
    import pytest

Message = dict[int, list[Any]]
PROVIDER, RESOURCES, DATA = 1, 2, 3


def schema_of_provider(folders: pytest.TempPathFactory) -> bytes:
    """Return the whole of it, as the provider tells it (`GetProviderSchema.Response` of tfplugin5)."""
    own = folders.getbasetemp()
    kept = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "provider.schema"
    message = read_checksummed(kept)
    if message is None:
        folder = find_tools().provider.folder
        assert folder is not None
        (program,) = folder.rglob("terraform-provider-aws*")
        message = read_schema(program)
        keep_checksummed(kept, message)
    return message


def types_in(message: bytes, kind: int) -> dict[str, bytes]:
    """Return what each type looks like, of resources or of data sources."""
    entries = [decoded(content) for number, content, _ in fields(message) if number == kind]
    return {entry[1][0].decode(): entry[2][0] for entry in entries}


def decoded(message: bytes) -> Message:
    """Return the fields of a message by their numbers."""
    found: Message = {}
    for number, content, _ in fields(message):
        found.setdefault(number, []).append(content)
    return found


def block_of(schema: bytes) -> bytes:
    """Return the block of a type."""
    block: bytes = decoded(schema)[2][0]
    return block
