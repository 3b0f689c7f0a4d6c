"""Which local modules a file of HCL calls."""

from __future__ import annotations

import re
from typing import Final

from generator.hcl.structure import UnreadableError, read

_LOCAL: Final = re.compile(r'"(\.\.?(?:/[^"$%\n]*)?)"')


def local_calls(text: str) -> list[tuple[int, str]]:
    """Return line and source of every call of a local module; of a text that Terraform will refuse, none."""
    try:
        blocks = read(text).blocks
    except UnreadableError:
        return []
    sources = [each.attributes.get("source") for each in blocks if each.name.startswith("module.")]
    found = [(each.line, _LOCAL.fullmatch(each.text)) for each in sources if each]
    return [(line, match[1]) for line, match in found if match]
