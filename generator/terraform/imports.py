"""The `import` blocks of a rendered root, in a copy of it: where nothing exists, nothing can be taken over.

An environment that adopts what exists in AWS is tried out in the sandbox as well, which may have none of it: there each
block stays only if the sandbox has what it names. One that nobody can look for is left out too, and told. An offline
plan asks nobody, and has none of them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from generator.adoption.importable import UNKNOWN, Importable
from generator.aws.regions import partition_of
from generator.parts.own.catalog import workspace_catalog
from generator.readback.clients import Clients

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.terraform.layout import Layout
    from generator.workspace import Workspace

NAME: Final = "imports.tf"
_BLOCK: Final = re.compile(
    r"^import \{\n"
    r"  to = (?P<address>module\.\w+\.(?P<type>\w+)\.\w+(?:\[.*\])?)\n"
    r'  id = (?P<id>"(?:[^"\\]|\\.)*")\n\}\n',
    re.MULTILINE,
)


def read(source: Path) -> str:
    """Return the text of the blocks; "" where there are none."""
    file = source / NAME
    return file.read_text("utf-8") if file.is_file() else ""


def present(text: str, layout: Layout) -> str:
    """Leave out the blocks of what the sandbox does not have, or cannot be asked for.

    Args:
        text: what was rendered.
        layout: of a run in the sandbox.

    Raises:
        SandboxError: the sandbox does not answer.
    """
    clients = Clients(layout.region, layout.account, layout.endpoint)
    place = {"account": layout.account, "region": layout.region, "partition": partition_of(layout.region)}
    rows = workspace_catalog(layout.workspace).imports

    def kept(block: re.Match[str]) -> str:
        row = rows.get(block["type"])
        return block[0] if isinstance(row, Importable) and row.exists(clients, _text(block["id"]), place) else ""

    return _BLOCK.sub(kept, text)


def not_looked_for(workspace: Workspace, environment: str) -> Iterator[tuple[str, str]]:
    """Yield the address of each block that the sandbox cannot be asked about, and the reason."""
    text = read(workspace.modules_out / environment)
    rows = workspace_catalog(workspace).imports if text else {}
    for block in _BLOCK.finditer(text):
        row = rows.get(block["type"], UNKNOWN)
        if isinstance(row, str):
            yield block["address"], row


def _text(literal: str) -> str:
    """Return what a text says that Terraform reads: it is quoted as JSON is, and `$` and `%` stand twice before `{`."""
    return str(json.loads(literal)).replace("$${", "${").replace("%%{", "%{")
