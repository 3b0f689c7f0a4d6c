"""Where lines of rendered files come from: for a person, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import visible
from generator.reports.report import Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.provenance.where import TracedLine, WhereResult


def where_report(result: WhereResult) -> Report:
    """Show each line with its template and the values on it."""
    document = {"ok": True, "file": result.file, "lines": [_as_data(line) for line in result.lines]}
    return Report(document, shown(text for line in result.lines for text in _shown(result.file, line)))


def _shown(file: str, line: TracedLine) -> Iterator[str]:
    template = line.origin.template
    yield f"{styled(f'{file}:{line.origin.line}', bold=True)}  {visible(line.text)}"
    yield f"  template  {template.file}:{template.line}"
    for place in line.places:
        note = "" if place.exact else "  (not written; it would stand here)"
        yield f"  spec      {place.place}  {styled(visible(place.key), color='cyan')}{note}"


def _as_data(line: TracedLine) -> dict[str, object]:
    return {
        "line": line.origin.line,
        "text": line.text,
        "template": {"file": line.origin.template.file, "line": line.origin.template.line},
        "spec": [
            {
                "key": place.key,
                "file": place.place.file,
                "line": place.place.line,
                "column": place.place.column,
                "written": place.exact,
            }
            for place in line.places
        ],
    }
