"""The words that people read are plain English: the turns that trials by strangers stumbled over do not come back."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY: Final = Path(__file__).parents[2]
UNIT: Final = (
    r"(?:account|build|class|environment|file|level|machine|module|page|process|region|root|session|shape|stack)"
)
FOREIGN: Final = {
    "is not a valid X": re.compile(r"(?<!there )(?<!There )\bis no (?!longer\b|more\b)\w"),
    "one per X": re.compile(rf"\b(?:one|two|three|once|twice|each) an? {UNIT}\b"),
    "again": re.compile(r"\banew\b"),
    "earlier": re.compile(r"\bof before\b"),
    "the flag that allows it": re.compile(r"\b(?:allow|permit|let)s? just that\b"),
    "shown once": re.compile(r"\b(?:is|are) (?:said|told) (?:once|as)\b"),
    "stop at the first failure": re.compile(r"\bsuccess of the one before\b"),
    "out of date": re.compile(r"\bnot (?:made )?(?:as a render would|anew)\b"),
}
# What reads well all the same, with the reason.
ACCEPTED: Final = {
    "docs/mutation.md": "quotes changes of code",
}


def texts_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that a person may see, with their lines: all but what documents code for us."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    ours = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and "cli/commands" not in file.as_posix()
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ours:
            yield node.lineno, node.value


def pages() -> list[Path]:
    return [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")] + sorted(
        (REPOSITORY / "docs").glob("*.md")
    )


@pytest.mark.parametrize("better", FOREIGN)
def test_no_page_has_a_foreign_turn(better: str) -> None:
    found = [
        f"{page.relative_to(REPOSITORY)}:{number}: {line.strip()}"
        for page in pages()
        if page.relative_to(REPOSITORY).as_posix() not in ACCEPTED
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN[better].search(line)
    ]
    assert found == []


def test_no_text_that_the_program_shows_has_one() -> None:
    found = [
        f"{file.relative_to(REPOSITORY)}:{line}: {better}: {text}"
        for file in sorted((REPOSITORY / "generator").rglob("*.py"))
        for line, text in texts_of(file)
        for better, pattern in FOREIGN.items()
        if pattern.search(text)
    ]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    for name in ACCEPTED:
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert any(pattern.search(text) for pattern in FOREIGN.values()), name
