"""What lies beside the rendered files in the output folder, and is somebody else's: told, and left alone."""

from __future__ import annotations

import os
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from generator.output.manifest import MANIFEST
from generator.output.ownership import read_manifest
from generator.output.tree import scan

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.output.destination import Destination
    from generator.output.tree import Tree

# What terraform itself leaves in a folder that it works in.
_TERRAFORM: Final = re.compile(
    r"(?:.*/)?(?:\.terraform.*|errored\.tfstate|terraform\.tfstate.*|.*\.tfplan|\.git(?:ignore|keep|attributes)|\.tfstencil.*"
    r"|\.DS_Store|\..*\.sw[a-p]|.*~)"
)
_SHOWN: Final = 5


def foreign_files(
    destination: Destination, names: Sequence[str], known: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Iterator[str]:
    """Say what tfstencil did not render: a sentence for each environment, and one for what belongs to none.

    Args:
        destination: the output folder.
        names: environments to tell of.
        known: what is known to lie beside their files; the folders of all others are listed.
    """
    for name in names:
        others = known[name] if name in known else _foreign(destination.live(name))
        if others:
            what = f"{_count(others)} not rendered by tfstencil: {_some(others)}"
            yield f"{destination.show(name)}: {what}; left as found"
    if strangers := _belonging_to_nobody(destination):
        shown = destination.workspace.relative(destination.folder)
        yield f"{shown}: belongs to no environment, and was not rendered: {_some(strangers)}; left as found"


def foreign_in(tree: Tree, ours: Container[str]) -> tuple[str, ...]:
    """List the files in a folder that are neither `ours`, nor the manifest, nor what terraform leaves."""
    return tuple(
        sorted(path for path in tree.files if path not in ours and path != MANIFEST and not _TERRAFORM.fullmatch(path))
    )


def _foreign(folder: Path) -> tuple[str, ...]:
    if folder.is_symlink() or not folder.is_dir():
        return ()
    tree = scan(folder)
    manifest, _, _ = read_manifest(folder, tree)
    return foreign_in(tree, manifest.files if manifest else ())


def _belonging_to_nobody(destination: Destination) -> list[str]:
    if not destination.folder.is_dir():
        return []
    names = set(destination.workspace.environment_names())
    with os.scandir(destination.folder) as entries:
        others = [entry.name for entry in entries if entry.name not in names and not _TERRAFORM.fullmatch(entry.name)]
    # One that was rendered is an environment whose spec is gone, which is told with its name.
    return sorted(name for name in others if not os.path.lexists(destination.folder / name / MANIFEST))


def _count(items: Sequence[str]) -> str:
    return "1 file" if len(items) == 1 else f"{len(items)} files"


def _some(items: Sequence[str]) -> str:
    return ", ".join(items[:_SHOWN]) + (f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else "")
