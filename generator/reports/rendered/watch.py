"""What came of one look at specs and templates, for a person who edits them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from generator.display import one_line, plural, visible
from generator.errors import SpecError
from generator.problems import count_line
from generator.reports.problems.lines import CAP, problem_lines
from generator.reports.report import Message, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.errors import TfstencilError
    from generator.operations.rendered.watch import WatchPass


def pass_messages(found: WatchPass) -> Iterator[Message]:
    """Show what was written, or what is wrong."""
    return shown(_lines(found))


def _lines(found: WatchPass) -> Iterator[str]:
    if isinstance(found.error, SpecError):
        yield from problem_lines(found.error.problems, cap=CAP)
    for path in found.written:
        yield f"  {path}"
    for warning in found.warnings:
        yield f"  {styled('warning', color='yellow')} {one_line(warning)}"
    summary = _failed(found.error) if found.error else _fine(found)
    yield f"{time.strftime('%H:%M:%S')}  {summary}  ({found.milliseconds:.0f} ms)"


def _failed(error: TfstencilError) -> str:
    if isinstance(error, SpecError):
        return styled(count_line(error.problems), color="red")
    return styled(visible(str(error)), color="red") + (f"\n{visible(error.hint)}" if error.hint else "")


def _fine(found: WatchPass) -> str:
    fine = styled(f"{plural(len(found.names), 'environment')} fine", color="green")
    return f"{fine}, {plural(len(found.written), 'file')} written"
