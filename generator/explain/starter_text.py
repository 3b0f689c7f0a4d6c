"""The text of a new spec: keys with comments that say what they are, and a few that are often added next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.documents.documentation import documentation
from generator.model.documents.schema import MODELINE
from generator.model.notation import lines_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

# Keys that most environments come to. The model's examples are their values.
_NEXT: Final = (("description",), ("state", "bucket"), ("logs", "retention_days"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A top-level key of a new spec.

    Attributes:
        key: its name.
        value: its value; a mapping is written as a block.
        comment: what stands behind it.
        change: what belongs there instead, where the value only stands in for what the user knows.
    """

    key: str
    value: object
    comment: str = ""
    change: str = ""


def spec_text(name: str, opening: str, entries: Sequence[Entry], given: Collection[str]) -> str:
    """Write a spec.

    Args:
        name: of the environment.
        opening: a sentence on what the file holds.
        entries: its keys, in order.
        given: top-level keys that the user need not be reminded of.
    """
    lines = [MODELINE, f"# {opening}", f"# Where each value comes from: tfstencil explain {name}"]
    lines += entry_lines(entries)
    said = {*given, *(entry.key for entry in entries)}
    suggestions = [line for path in _NEXT if path[0] not in said for line in _suggestion(path)]
    if suggestions:
        lines += ["", "# What environments often add (all keys: tfstencil schema --reference):"]
        lines += [f"# {line}" for line in suggestions]
    return "\n".join(lines) + "\n"


def entry_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Write keys with their values, each with what stands behind it."""
    for entry in entries:
        note = f"CHANGE THIS: {entry.change}" if entry.change else entry.comment
        comment = f"  # {note}" if note else ""
        first, *rest = lines_of(entry.key, entry.value)
        yield f"{first}{comment}"
        yield from rest


def _suggestion(path: Sequence[str]) -> Iterator[str]:
    known = documentation()[tuple(path)]
    example = known.examples[0] if known.examples else known.description
    value: Mapping[str, object] = {path[-1]: example}
    for key in reversed(path[:-1]):
        value = {key: value}
    for key, item in value.items():
        yield from lines_of(key, item)
