"""Problems for a person: one line each, the source line, a caret; in order, capped and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import one_line
from generator.problems import told_once
from generator.reports.columns import terminal_width
from generator.reports.problems.excerpt import WIDEST, excerpt
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.problems import Problem

CAP: Final = 50


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
