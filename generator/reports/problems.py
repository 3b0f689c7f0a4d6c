"""Problems for a person: one line each, the source line, a caret; in order, capped and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.display import one_line, plural
from generator.reports.columns import terminal_width
from generator.reports.excerpt import WIDEST, excerpt
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.problems import Problem

CAP: Final = 50
_LISTED: Final = 5


def problem_lines(problems: Sequence[Problem], *, cap: int | None = CAP) -> Iterator[str]:
    """Write problems as lines of a terminal.

    Args:
        problems: in any order.
        cap: how many are shown before the rest is only counted; None shows all.

    Yields:
        Lines, styled.
    """
    # Errors first: a screen full of warnings must not push them behind the cap.
    ordered = sorted(told_once(problems), key=lambda problem: (problem.severity == "warning", problem.sort_key))
    shown = ordered if cap is None else ordered[:cap]
    for problem in shown:
        yield _headline(problem)
        yield from _source(problem)
    if len(ordered) > len(shown):
        yield styled(f"… and {len(ordered) - len(shown)} more (all of them with -v or --json)", dim=True)


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


def _headline(problem: Problem) -> str:
    place = styled(one_line(str(problem.place)), bold=True) if problem.place else ""
    key = styled(one_line(problem.key), color="cyan")
    warning = styled("warning: ", color="yellow") if problem.severity == "warning" else ""
    message = warning + one_line(problem.message)
    head = ": ".join(part for part in (place, key if problem.key else "", message) if part)
    return f"{head}; {one_line(problem.hint)}" if problem.hint else head


def _source(problem: Problem) -> Iterator[str]:
    if problem.place is None or not problem.excerpt.strip():
        return
    start = problem.excerpt_column
    cut = "…" if start > 1 else ""
    number = str(problem.place.line)
    gutter = len(f"  {number} │ ")
    widest = min(WIDEST, (terminal_width() or WIDEST + gutter) - gutter)
    line, caret = excerpt(cut + problem.excerpt, problem.place.column - start + 1 + len(cut), widest)
    color = "yellow" if problem.severity == "warning" else "red"
    yield styled(f"  {number} │ ", dim=True) + line
    yield styled(f"  {' ' * len(number)} │ ", dim=True) + styled(caret, color=color, bold=True)
