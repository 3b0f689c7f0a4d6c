"""Digests of the specs that an environment is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.output.rendered import SourceFile, digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.workspace import Workspace


class Digests:
    """Digests of specs; a base is read once however many environments extend it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[Path, SourceFile] = {}

    def of(self, files: Sequence[Path]) -> tuple[SourceFile, ...]:
        """Return the sources that lie in the workspace; the defaults of the classes count as templates."""
        return tuple(self._of(file) for file in files if file.is_relative_to(self._workspace.root))

    def _of(self, file: Path) -> SourceFile:
        if file not in self._known:
            path = file.relative_to(self._workspace.root).as_posix()
            self._known[file] = SourceFile(path, digest(file.read_bytes()))
        return self._known[file]
