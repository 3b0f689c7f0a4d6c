"""Pieces of a comment in Markdown: any text as text, and changes as lines of a diff."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from generator.display import one_line, visible
from generator.rendering import markdown as encoding
from generator.reports.plan.members import says_itself
from generator.reports.plan.words import action_word, difference_lines, origin_words, reason_words
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generator.reports.plan.document import Change, Excused
    from generator.reports.plan.hosts import Host
    from generator.reports.plan.members import WhoSays

LONGEST: Final = 300
_NAMES: Final = 20
_PLACES: Final = 3
_SIGNS: Final[Mapping[str, str]] = {"create": "+", "delete": "-", "forget": "-", "replace": "!", "update": "!"}
_TICKS: Final = re.compile(r"`{3,}")


def prose(text: str) -> str:
    """Return any text as running text."""
    return str(encoding.prose(_legible(text)))


def code(text: str) -> str:
    """Return any text as a code span."""
    return str(encoding.code(_legible(text)))


def _legible(text: str) -> str:
    """Return a text that Markdown takes: what is in a state may be anything."""
    found = unicodedata.normalize("NFC", one_line(text))
    return found.encode("ascii", "backslashreplace").decode() if check_text(found) else found


def change_lines(
    change: Change, says: WhoSays = says_itself, *, is_grave: bool = False, is_past: bool = False
) -> Iterator[str]:
    """Write a change as lines of a diff.

    Args:
        change: to be written.
        says: tells where the spec asks for it.
        is_grave: tell only what forces a replacement.
        is_past: it has happened, past Terraform.
    """
    sign = _SIGNS.get(change.action, "#")
    yield f"{sign} {action_word(change, is_past=is_past)} {one_line(change.address)}"
    reason = reason_words(change)
    if reason:
        yield f"#     {reason}"
    differences = [each for each in change.differences if each.replaces or not is_grave]
    is_placed = False
    for difference in differences:
        where = origin_words(says(change, difference), _PLACES)
        is_placed = is_placed or bool(where)
        for number, (mark, text) in enumerate(difference_lines(difference, LONGEST)):
            yield f"{'!' if mark == '~' else mark}     {text}{f'  # {where}' if where and number == 0 else ''}"
    origins = says(change, None)
    if origins and change.action != "update" and not is_placed and not is_past:
        yield f"#     {one_line(f'{origin_words(origins, _PLACES)} ({origins[0].key})')}"


def excused_lines(excused: Excused) -> Iterator[str]:
    """Write a change of which the list of known drift speaks."""
    yield from change_lines(excused.change, is_past=excused.kind == "outside")
    yield f"#     until {excused.until} ({excused.place}): {one_line(excused.reason)}"


def length(text: str) -> int:
    """Count a text as hosts do, who count a character beyond the first 65,536 as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def pieces(lines: Sequence[str], size: int = 60) -> Iterator[Sequence[str]]:
    """Divide lines, so that a part of them finds room."""
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def block(title: str, lines: Sequence[str], host: Host, *, is_open: bool = False) -> str:
    """Write a diff with a title, folded where the host folds."""
    if is_open or not host.folds:
        return f"\n**{title}**\n\n{fenced(lines)}"
    return f"\n<details><summary>{title}</summary>\n\n{fenced(lines)}\n</details>\n"


def fenced(lines: Iterable[str], language: str = "diff") -> str:
    """Write lines in a fence that none of them ends."""
    text = "\n".join(visible(line) for line in lines)
    fence = "`" * max([3, *(len(found) + 1 for found in _TICKS.findall(text))])
    return f"{fence}{language}\n{text}\n{fence}\n"


def named(names: Sequence[str]) -> str:
    """Name environments, the first twenty of many."""
    shown = ", ".join(map(prose, names[:_NAMES]))
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{len(names)} environments ({shown}{more})" if len(names) > 1 else shown
