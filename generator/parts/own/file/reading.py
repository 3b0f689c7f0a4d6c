"""Reads `part.yaml`: what it says, or every mistake in it with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from generator.language.nodes import dotted, find, plain
from generator.language.reader import load
from generator.model.loading.messages import findings
from generator.parts.own.file.description import PartFile
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path as File

    from generator.language.nodes import Node
    from generator.model.rules.finding import Path

PART_FILE = "part.yaml"


@dataclass(slots=True)
class PartSource:
    """A folder with a part, as far as its file could be read.

    Attributes:
        folder: of the part.
        display: the folder as a person would type it.
        says: what its file says; None where that is wrong.
        root: the file's nodes; None where it is no mapping.
        problems: what is wrong so far.
        is_allowed: whether the workspace allows just this text of it to run programs and bring providers.
    """

    folder: File
    display: str
    says: PartFile | None = None
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    is_allowed: bool = False

    def fault(self, path: Path, message: str, hint: str, *, rule: str = "part", at_key: bool = False) -> None:
        """Note a mistake at a key, or at what is nearest around it."""
        key = dotted(path)
        if self.root is None:
            self.problems.append(Problem(Place(f"{self.display}/{PART_FILE}"), key, message, hint, rule=rule))
            return
        depth = next(length for length in range(len(path), -1, -1) if find(self.root, path[:length]) is not None)
        node = find(self.root, path[:depth]) or self.root
        is_missing = depth < len(path)
        found = node.problem(key, message, hint=hint, rule=rule, at_key=at_key or is_missing)
        self.problems.append(found)


def read_part(folder: File, display: str) -> PartSource:
    """Read the file of a part.

    Args:
        folder: of the part.
        display: the folder as a person would type it.
    """
    source = PartSource(folder, display)
    file = folder / PART_FILE
    shown = f"{display}/{PART_FILE}"
    if not file.exists():
        source.problems.append(
            Problem(Place(shown), "", "is missing, so that the folder is not a part",
                    "write it, remove the folder, or start with tfstencil part new", rule="part")
        )  # fmt: skip
        return source
    reading = load(file, shown)
    source.root = reading.root
    source.problems += reading.problems
    if reading.root is None:
        return source
    try:
        said = PartFile.model_validate(plain(reading.root))
    except ValidationError as error:
        for found in findings(error.errors(include_url=False), PartFile):
            source.fault(found.path, found.message, found.hint, rule=found.rule, at_key=found.rule == "unknown-key")
        return source
    if not reading.problems:
        source.says = said
    return source
