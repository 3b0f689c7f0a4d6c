"""The template files of parts that do not ship with tfstencil, by the names that ours would have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.rendering.library import MODULES, ROOT, SUFFIX, TemplateFile, names_of, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generator.parts.framework.part import Templates

# Where the templates of a part lie, and its tests.
TEMPLATES: Final = "templates"
TESTS: Final = "tests"
ROOT_TEMPLATE: Final = f"root.tf{SUFFIX}"


def files_of_parts(parts: Iterable[Templates]) -> dict[str, TemplateFile]:
    """Read the files of parts.

    Raises:
        TemplateError: one cannot be read, or a link leads out of the folder.
    """
    return {file.name: file for part in parts for file in _files_of(part)}


def _files_of(part: Templates) -> Iterator[TemplateFile]:
    module = f"{MODULES}/{part.module}"
    for name, text in part.made.items():
        yield TemplateFile(name, f"{part.display}/{name.rpartition('/')[2]} (made from part.yaml)", text)
    for name in _names(part.folder / TEMPLATES):
        inside = f"{ROOT}/{part.module}.tf{SUFFIX}" if name == ROOT_TEMPLATE else name
        yield _read(part, TEMPLATES, name, f"{module}/{inside}")
    for name in _names(part.folder / TESTS):
        yield _read(part, TESTS, name, f"{module}/{TESTS}/{name}")


def _names(folder: Path) -> list[str]:
    return names_of(folder) if folder.is_dir() else []


def _read(part: Templates, below: str, name: str, known_as: str) -> TemplateFile:
    display = f"{part.display}/{below}/{name}"
    text = read_text(part.folder / below, name, display)
    return TemplateFile(known_as, display, text, part.is_trusted, part.is_trusted or part.is_allowed)
