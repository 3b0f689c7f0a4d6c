"""`parts.lock.yaml`: where parts that were added came from, and the digests of what was added or allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import Field, ValidationError

from generator.language.nodes import find, plain
from generator.language.reader import load
from generator.model.loading.messages import findings
from generator.model.notation import text_of
from generator.model.section import Section
from generator.model.types import Text
from generator.parts.own.file.description import PartName, Version
from generator.parts.own.sources.folders import LOCK_FILE
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.problems import Problem
    from generator.workspace import Workspace

_OPENING: Final = """\
# Written by tfstencil part add and update; commit it. By hand you may write allow: the digest of a part's text that
# may run programs or bring providers (tfstencil part check says which). Another text of it is refused again.
"""
Digest = Annotated[
    str, Text(r"sha256:[0-9a-f]{64}", "a digest such as sha256:… with 64 hexadecimal digits", longest=71)
]


class LockedPart(Section):
    """A part that was added."""

    version: Version = Field(description="Its version.")
    source: str = Field(min_length=1, max_length=1000, description="Where it came from.")
    digest: Digest = Field(description="Of its text, as it was added.")


class LockedPackage(Section):
    """An installed package that brings parts."""

    version: str = Field(min_length=1, max_length=60, description="The version that was installed when it was added.")


class Lock(Section):
    """What is locked."""

    whole: ClassVar[str] = LOCK_FILE

    parts: dict[PartName, LockedPart] = Field(default_factory=dict, description="Parts that were added, by name.")
    packages: dict[str, LockedPackage] = Field(
        default_factory=dict, description="Installed packages whose parts the workspace uses."
    )
    allow: dict[PartName, Digest] = Field(
        default_factory=dict, description="Parts whose text may run programs or bring providers, by name."
    )


def read_lock(workspace: Workspace) -> tuple[Lock, list[Problem]]:
    """Read the lock file of a workspace: an empty one where there is none.

    Returns:
        What is locked, and what is wrong with the file.
    """
    file = workspace.root / LOCK_FILE
    if not file.exists():
        return Lock(), []
    reading = load(file, LOCK_FILE)
    if reading.root is None or reading.problems:
        return Lock(), list(reading.problems)
    try:
        return Lock.model_validate(plain(reading.root)), []
    except ValidationError as error:
        found: list[Problem] = []
        for each in findings(error.errors(include_url=False), Lock):
            depth = next(size for size in range(len(each.path), -1, -1) if find(reading.root, each.path[:size]))
            node = find(reading.root, each.path[:depth]) or reading.root
            key = ".".join(map(str, each.path))
            found.append(node.problem(key, each.message, hint=each.hint, rule=each.rule))
        return Lock(), found


def write_lock(workspace: Workspace, lock: Lock) -> None:
    """Write the lock file, sorted.

    Raises:
        OutputError: it cannot be written.
    """
    content = lock.model_dump(exclude_defaults=True)
    if not content:
        (workspace.root / LOCK_FILE).unlink(missing_ok=True)
        return
    replace_file(workspace.root / LOCK_FILE, _OPENING + "".join(f"{line}\n" for line in _lines(content, "")))


def _lines(content: dict[str, object], indent: str) -> Iterator[str]:
    for key, value in sorted(content.items()):
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {text_of(value)}"
