"""What is done stays apart from how it is asked and shown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Of these, one may be imported by the command line alone, the others not by operations either.
ASKING = ("click", "generator.cli")
SHOWING = (*ASKING, "rich", "generator.reports")
ENTRANCES = {"generator/__main__.py"}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def _breaches(repository: Path, folder: str, forbidden: tuple[str, ...]) -> set[str]:
    return {
        f"{file.relative_to(repository)} imports {name}"
        for file in (repository / folder).rglob("*.py")
        if not file.is_relative_to(repository / "generator" / "cli")
        and file.relative_to(repository).as_posix() not in ENTRANCES
        for name in _imports(file)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
    }


def test_only_the_command_line_knows_click(repository: Path) -> None:
    assert _breaches(repository, "generator", ASKING) == set()


def test_operations_show_nothing(repository: Path) -> None:
    assert _breaches(repository, "generator/operations", SHOWING) == set()


@pytest.mark.parametrize("folder", ["generator/operations", "generator/reports"])
def test_only_the_command_line_prints_and_ends_the_process(folder: str, repository: Path) -> None:
    calls = {
        f"{file.relative_to(repository)} calls {node.func.id}"
        for file in (repository / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "exit", "input"}
    }
    assert calls == set()
