"""Environments without a spec: marked, never written over, and deleted only when asked."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.files import replace as replace_file
from generator.output import tree
from generator.output.manifest import MANIFEST, parse
from generator.output.ownership import read_manifest
from generator.output.rendered import Encoded
from generator.parts.framework.claim_kinds import FORMER, PRESENT, Parts, has_uses
from generator.rendering.header import has_header, header_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from generator.output.destination import Destination
    from generator.output.manifest import Manifest

TOMBSTONE = "REMOVED.md"

_TEXT = """\
# {name} was removed

Its spec, `environments/{name}.yaml`, is gone. What it created may still exist, and cost money: this folder is what
Terraform needs to destroy it, so it was left here as it was.

1. `tfstencil destroy {name}` destroys what was created.
2. `tfstencil render --prune-removed` deletes this folder.

To keep the environment, bring its spec back and run `tfstencil render`.
"""

_RENAMED = """\
# {name} is called {successor} now

Its spec says that it was `{name}` before, so what this folder created belongs to `{successor}`. A state that still lies
here is taken along by `tfstencil state move {successor}`; then `tfstencil render --prune-removed` deletes this folder.
"""


def successors(destination: Destination, removed: Iterable[str]) -> dict[str, str]:
    """Tell of each removed environment which one it is now, by what was rendered; "" where none says that it was it."""
    names = list(removed)
    if not names:
        return {}
    claims = {name: _claims(destination, name) for name in (*names, *destination.workspace.environment_names())}
    now = {part.name: name for name, parts in claims.items() for part in parts if part.use == FORMER}
    identities = {name: [part.name for part in claims[name] if part.use == PRESENT] for name in names}
    return {name: next((now[each] for each in identities[name] if each in now), "") for name in names}


def _claims(destination: Destination, name: str) -> list[Parts]:
    folder = destination.live(name)
    try:
        manifest = parse((folder / MANIFEST).read_bytes())
    except (OSError, OutputError):
        return []
    return [Parts.of(text) for text in manifest.claims if has_uses(text)]


def removed_environments(destination: Destination) -> list[str]:
    """List the environments that were rendered and have no spec any more, sorted.

    Another output folder than the workspace's own may be shared with other workspaces: nothing counts as removed there.
    """
    if not destination.is_default or not destination.folder.is_dir():
        return []
    names = set(destination.workspace.environment_names())
    with os.scandir(destination.folder) as entries:
        others = [entry for entry in entries if entry.name not in names and entry.name[0] != "."]
    return sorted(
        entry.name
        for entry in others
        if entry.is_dir(follow_symlinks=False) and os.path.lexists(f"{entry.path}/{MANIFEST}")
    )


def is_marked(manifest: Manifest | None) -> bool:
    """Tell whether an environment's manifest already says that it was removed."""
    return manifest is not None and manifest.removed


def bury(destination: Destination, removed: Mapping[str, str]) -> None:
    """Mark environments as removed: a tombstone for people, a word in the manifest for us.

    Both are added file by file, the tombstone first: the Terraform in the folder stays the same, and terraform may be
    destroying it just now.

    Args:
        destination: where they lie.
        removed: environments without a spec, each with what it is called now, "" where it is gone.

    Raises:
        OutputError: the file system refuses.
    """
    for name, successor in removed.items():
        folder = destination.live(name)
        manifest, _, damage = read_manifest(folder, tree.scan(folder))
        if manifest is None or damage or manifest.removed:
            continue
        with destination.faults(destination.show(name), "the environment's spec is gone, but it could not be marked"):
            listed = {**manifest.files, **_erect(folder / TOMBSTONE, name, successor)}
            replace_file(folder / MANIFEST, replace(manifest, files=listed, removed=True).text().encode())


def _erect(tombstone: Path, name: str, successor: str) -> dict[str, str]:
    """Write the tombstone, unless a file of somebody else's bears its name; return its entry in the manifest."""
    if os.path.lexists(tombstone) and not (tombstone.is_file() and has_header(tombstone.read_text(errors="replace"))):
        return {}
    text = (_RENAMED if successor else _TEXT).format(name=name, successor=successor)
    content = Encoded.of(header_for(TOMBSTONE) + text)
    replace_file(tombstone, content.data)
    return {TOMBSTONE: content.sha256}
