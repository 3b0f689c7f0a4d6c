"""Specs as they would be after a change: checked as a whole before the first file is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import OutputError, SpecError, UsageError
from generator.files import replace
from generator.language.bases import Lineage
from generator.language.reader import parse
from generator.model.loading.layers import SpecCache
from generator.model.loading.load import load_environment
from generator.model.spec_edits import SpecEdits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.language.reader import Reading
    from generator.model.loading.load import Environment
    from generator.workspace import Workspace


class Draft:
    """Changed texts of specs, which nobody sees before they are written.

    Args:
        workspace: where the specs lie.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._texts: dict[Path, str | None] = {}
        self._readings: dict[Path, Reading] = {}

    @property
    def changed(self) -> list[str]:
        """The files that differ from what lies on the disk, as a person would type them."""
        return sorted(self._workspace.relative(path) for path in self._texts)

    def layers(self, environment: str) -> list[Path]:
        """Return the files that an environment is made of, as they lie on the disk: its bases, then its own."""
        lineage = Lineage(self._workspace, self._readings)
        lineage.follow(environment)
        return [layer.path for layer in lineage.layers]

    def edits(self, path: Path) -> SpecEdits:
        """Return a spec to be changed."""
        text = self._texts.get(path)
        return SpecEdits(path.read_text("utf-8") if text is None else text)

    def keep(self, path: Path, edits: SpecEdits) -> None:
        """Keep a changed spec."""
        if path in self._texts or edits.text != path.read_text("utf-8"):
            self._texts[path] = edits.text

    def move(self, before: Path, after: Path) -> None:
        """Let a spec lie elsewhere."""
        self._texts[after] = self.edits(before).text
        self._texts[before] = None

    def load(self, names: Sequence[str]) -> list[Environment]:
        """Load environments as they would be.

        Raises:
            UsageError: they would not be valid.
        """
        cache = SpecCache()
        for path, text in self._texts.items():
            if text is not None:
                cache.readings[path] = parse(text.encode(), self._workspace.relative(path))
        try:
            return [load_environment(self._workspace, name, cache) for name in names]
        except SpecError as error:
            errors = [problem for problem in error.problems if problem.severity == "error"]
            said = "; ".join(f"{problem.key}: {problem.message}" for problem in errors)
            raise UsageError(
                f"nothing was changed, since a spec would not be valid then: {said}", hint=errors[0].hint
            ) from error

    def write(self) -> None:
        """Write every file, or none.

        Raises:
            OutputError: one cannot be written; all are as they were.
        """
        before = {path: path.read_bytes() if path.exists() else None for path in self._texts}
        try:
            for path, text in self._texts.items():
                _put(path, text.encode() if text is not None else None)
        except OSError as error:
            for path, data in before.items():
                _put(path, data)
            hint = "check the folder and its permissions; all specs are as they were"
            raise OutputError(f"{error.filename} cannot be written: {error.strerror}", hint=hint) from error


def _put(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != data:
        replace(path, data)
