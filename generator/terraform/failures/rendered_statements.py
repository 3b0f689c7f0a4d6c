"""The policy statements of rendered modules: which line grants or denies what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# In a policy document data source and in jsonencode alike.
_SID: Final = re.compile(r'^[ \t]*[Ss]id\s*=\s*"(\w+)"', re.MULTILINE)
_ACTIONS: Final = re.compile(r'\b(?:actions|Action)\s*=\s*(\[[^]]*\]|"[^"]*")')
_DENIES: Final = re.compile(r'\b[Ee]ffect\s*=\s*"Deny"')
_QUOTED: Final = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class RenderedStatement:
    """One statement.

    Attributes:
        place: file and line, relative to the folder of all modules (`dev/modules/access/main.tf:42`).
        sid: its name.
        actions: what it speaks of.
        denies: whether it forbids them.
    """

    place: str
    sid: str
    actions: tuple[str, ...]
    denies: bool

    def concerns(self, service: str) -> bool:
        """Whether it speaks of actions of a service."""
        return any(action == "*" or action.startswith(f"{service}:") for action in self.actions)


def statements_in(root: Path) -> Iterator[RenderedStatement]:
    """Read the statements of a rendered root and its modules, in the order of the text."""
    for file in sorted(root.rglob("*.tf")):
        try:
            text = file.read_text("utf-8", errors="replace")
        except OSError:
            continue
        sids = list(_SID.finditer(text))
        ends = [item.start() for item in sids[1:]] + [len(text)]
        # A file without statements still has its end.
        for sid, after in zip(sids, ends, strict=False):
            body = text[sid.end() : after]
            actions = _ACTIONS.search(body)
            line = text.count("\n", 0, sid.start()) + 1
            place = f"{root.name}/{file.relative_to(root).as_posix()}:{line}"
            quoted = tuple(_QUOTED.findall(actions[1])) if actions else ()
            yield RenderedStatement(place, sid[1], quoted, bool(_DENIES.search(body)))
