"""The `import` blocks of a rendered root, in a copy of it: where nothing exists, nothing can be taken over.

An environment that adopts what exists in AWS is tried out in the sandbox as well, which may have none of it: there each
block stays only if the sandbox has what it names. An offline plan asks nobody, and has none of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.adoption.table import TABLE
from generator.aws.regions import partition_of
from generator.readback.clients import Clients

if TYPE_CHECKING:
    from pathlib import Path

    from generator.terraform.layout import Layout

NAME: Final = "imports.tf"
_BLOCK: Final = re.compile(
    r'^import \{\n  to = module\.\w+\.(?P<type>\w+)\.\w+(?:\[.*\])?\n  id = "(?P<id>[^"\\]*)"\n\}\n', re.MULTILINE
)


def read(source: Path) -> str:
    """Return the text of the blocks; "" where there are none."""
    file = source / NAME
    return file.read_text("utf-8") if file.is_file() else ""


def present(text: str, layout: Layout) -> str:
    """Leave out the blocks of what the sandbox does not have.

    Args:
        text: what was rendered.
        layout: of a run in the sandbox.

    Raises:
        SandboxError: the sandbox does not answer.
    """
    clients = Clients(layout.region, layout.account, layout.endpoint)
    place = {"account": layout.account, "region": layout.region, "partition": partition_of(layout.region)}

    def kept(block: re.Match[str]) -> str:
        row = TABLE.get(block["type"])
        return block[0] if row is not None and row.exists(clients, block["id"], place) else ""

    return _BLOCK.sub(kept, text)
