"""Parts of a workspace that no spec speaks of: proved and locked, and without effect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.parts.catalog import PARTS
from generator.parts.own.catalog import judge_parts
from generator.parts.own.sources.folders import LOCK_FILE, part_folders
from generator.workspace import SPEC_SUFFIX

if TYPE_CHECKING:
    from generator.workspace import Workspace


def unused_parts(workspace: Workspace) -> list[str]:
    """Say of each part that no spec, and no base of specs, has its key: a sentence each."""
    if not part_folders(workspace) and not (workspace.root / LOCK_FILE).is_file():
        return []
    catalog, _ = judge_parts(workspace)
    # The text answers it: a thousand specs are not read for what is only told.
    texts = [path.read_text("utf-8", "replace") for path in sorted(workspace.environments.glob(f"*{SPEC_SUFFIX}"))]
    unused = []
    for part in catalog.parts[len(PARTS) :]:
        key = re.compile(rf"(?:^|[{{,]\s*)[\"']?{re.escape(part.name)}[\"']?\s*:", re.MULTILINE)
        if part.key is not None and not any(key.search(text) for text in texts):
            unused.append(part)
    return [
        f"{part.templates.display if part.templates else part.name}: no spec uses this part; "
        f"write {part.name}: in one, or remove the part"
        for part in unused
    ]
