"""What is wrong, where, and what to do: the currency of every stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from generator.display import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

# Of files that lack the same, so many are named.
_LISTED: Final = 5


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a text file that a person edits.

    Attributes:
        file: path as a person would type it (relative to the workspace where it lies in it).
        line: 1-based.
        column: 1-based, in characters.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the user's input.

    Attributes:
        place: where; None only where there is no file (an environment variable, say).
        key: dotted path of the value concerned (`builds.main.timeout`), or "" for the file as a whole.
        message: what is wrong, without a full stop.
        hint: what to do about it, without a full stop; "" where the message already says it.
        excerpt: the source line concerned, or the part of it around `place.column`; "" where there is none.
        rule: stable identifier for machine-readable output (`unknown-key`, `ambiguous-scalar` …).
        severity: a warning is shown and never stops anything.
        excerpt_column: column of the line at which the excerpt begins.
    """

    place: Place | None
    key: str
    message: str
    hint: str = ""
    excerpt: str = ""
    rule: str = "spec"
    severity: Literal["error", "warning"] = "error"
    excerpt_column: int = 1

    def __str__(self) -> str:
        parts = [str(self.place) if self.place else "", self.key, self.message]
        text = ": ".join(part for part in parts if part)
        return f"{text}; {self.hint}" if self.hint else text

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order by position, then key: the order in which a person reads the file."""
        if self.place is None:
            return ("", 0, 0, self.key)
        return (self.place.file, self.place.line, self.place.column, self.key)


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Make one problem of those that differ in nothing but the file, and are of the file as a whole.

    What a fleet lacks is said once, with the files that lack it.
    """
    groups: dict[object, list[Problem]] = {}
    for number, problem in enumerate(problems):
        place = problem.place
        whole = place is not None and (place.line, place.column) == (1, 1)
        said = (problem.key, problem.message, problem.hint, problem.rule, problem.severity)
        group = groups.setdefault(said if whole else number, [])
        if any(other.place and place and other.place.file == place.file for other in group):
            group = groups[number] = []
        group.append(problem)
    return [_joined(sorted(group, key=lambda problem: problem.sort_key)) for group in groups.values()]


def _joined(group: Sequence[Problem]) -> Problem:
    first, *others = group
    if not others:
        return first
    names = [problem.place.file for problem in others if problem.place]
    listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return replace(first, message=f"{first.message} (so in {len(group)} files: also {listed})")


def count_line(problems: Sequence[Problem]) -> str:
    """Count errors and warnings in words, as they are shown: `3 errors, 1 warning`."""
    problems = told_once(problems)
    warnings = sum(problem.severity == "warning" for problem in problems)
    errors = len(problems) - warnings
    counts = [plural(errors, "error")] if errors or not warnings else []
    return ", ".join([*counts, *([plural(warnings, "warning")] if warnings else [])])
