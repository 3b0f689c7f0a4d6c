"""What a failure of terraform means, and what to do about it.

`symptoms.py` holds the table; here it is matched against what terraform said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GUIDE: Final = "TROUBLESHOOTING.md"
_HEADING: Final = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
_NO_SLUG: Final = re.compile(r"[^a-z0-9 _-]")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that went wrong, explained.

    Attributes:
        symptom: stable name of it (`state-locked`).
        cause: why it happens.
        remedy: what to do.
        see: the place in the environment's own guide, relative to the workspace; "" where there is none.
    """

    symptom: str
    cause: str
    remedy: str
    see: str = ""


@dataclass(frozen=True, slots=True)
class FailedRun:
    """What terraform worked on, as far as an explanation speaks of it.

    Attributes:
        environment: its name; "" for a terraform that works on several.
        source: folder of its rendered modules; None for a terraform that works on several.
        flag: what a command line needs to mean the same target (` --sandbox`).
    """

    environment: str = ""
    source: Path | None = None
    flag: str = ""

    @property
    def words(self) -> dict[str, str]:
        """What the texts of the table may name."""
        return {"environment": self.environment or "ENV", "target": f"{self.environment or 'ENV'}{self.flag}"}

    def guide(self, anchor: str) -> str:
        """Return where the environment's guide has that heading; "" where it has none."""
        if self.source is None or not anchor or anchor not in _anchors(self.source / GUIDE):
            return ""
        return f"{self.source.parent.name}/{self.source.name}/{GUIDE}#{anchor}"


def flattened(text: str) -> str:
    """Undo the wrapping of plain-text errors, which are cut at 78 columns in the middle of what is looked for."""
    return " ".join(text.replace("│", " ").split())


def distinct(explanations: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Keep one explanation of each symptom and cause, in their order."""
    return tuple(dict.fromkeys(explanations))


@lru_cache(maxsize=64)
def _anchors(guide: Path) -> frozenset[str]:
    try:
        text = guide.read_text("utf-8", errors="replace")
    except OSError:
        return frozenset()
    return frozenset(slug(heading) for heading in _HEADING.findall(text))


def slug(heading: str) -> str:
    """Return the anchor that Markdown viewers give a heading."""
    return _NO_SLUG.sub("", heading.lower()).replace(" ", "-")
