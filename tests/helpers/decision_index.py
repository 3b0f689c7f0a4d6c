"""Writes the list of design decisions, docs/decisions/index.md, from their titles; `make render` calls it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DECISIONS: Final = Path(__file__).parents[2] / "docs" / "decisions"
_OPENING: Final = """\
# Decisions

One short record per design decision: its context, what was decided, and what follows from it. A later record may replace an earlier one; it
says so.
"""


def index() -> str:
    """Return the list, oldest first."""
    titles = {file.name: file.read_text("utf-8").splitlines()[0].removeprefix("# ") for file in DECISIONS.glob("0*.md")}
    return "\n".join([_OPENING, *(f"- [{title}]({name})" for name, title in sorted(titles.items())), ""])


if __name__ == "__main__":
    (DECISIONS / "index.md").write_text(index(), "utf-8")
