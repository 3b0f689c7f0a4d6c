"""Terraform's list of installed modules, written for it where that needs no download.

`terraform init` takes a second whatever it has to do. When only the environments of a batch change, all it would do is
to look where their local modules lie, and write that into `modules.json`.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CALL: Final = re.compile(r'^module\s+"([^"]+)"\s*\{\s*\n\s*source\s*=\s*"([^"]+)"', re.MULTILINE)
_HEADS: Final = re.compile(r'^module\s+"', re.MULTILINE)


def write_modules(data: Path, root: Path, stacks: dict[str, str]) -> bool:
    """Write `modules.json` as an init would.

    Args:
        data: terraform's working data (TF_DATA_DIR).
        root: the root module.
        stacks: folder of each module that the root calls, by the name of the call.

    Returns:
        Whether that is possible: every source is a local path, in the plain form in which modules are rendered.
    """
    entries = [{"Key": "", "Source": "", "Dir": "."}]
    known: dict[str, list[tuple[str, str]]] = {}
    try:
        for call, folder in stacks.items():
            entries.append({"Key": call, "Source": f"./{folder}", "Dir": folder})
            entries.extend(_below(root, call, folder, known))
    except ValueError:
        return False
    path = data / "modules" / "modules.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"Modules": entries}), "utf-8")
    return True


def _below(root: Path, key: str, folder: str, known: dict[str, list[tuple[str, str]]]) -> Iterator[dict[str, str]]:
    for name, source in _calls(root / folder):
        # Terraform follows links, and so reads a shared module from one place.
        target = os.path.relpath((root / folder / source).resolve(), root.resolve())
        yield {"Key": f"{key}.{name}", "Source": source, "Dir": target}
        if target not in known:
            known[target] = _calls(root / target)
        if known[target]:
            yield from _below(root, f"{key}.{name}", target, known)


def _calls(folder: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for file in sorted(folder.glob("*.tf")):
        text = file.read_text("utf-8")
        calls = _CALL.findall(text)
        if len(calls) != len(_HEADS.findall(text)) or any(not source.startswith("./") for _, source in calls):
            raise ValueError(file)
        found += calls
    return found
