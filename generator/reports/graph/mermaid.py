"""A drawing as Mermaid, which GitHub and GitLab show in any Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import one_line
from generator.rendering.markdown import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.reports.graph.drawing import Drawing


def mermaid(drawing: Drawing) -> str:
    """Write a drawing as Mermaid; all texts in it are encoded."""
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    yield "flowchart LR"
    names: dict[str, str] = {}
    for number, column in enumerate(drawing.columns):
        yield f"  subgraph c{number}[{label(column.title)}]"
        for box in column.boxes:
            names[box.id] = f"b{len(names)}"
            text = f"{box.title}: {box.detail}" if box.detail else box.title
            yield f"    {names[box.id]}[{label(one_line(text))}]"
        yield "  end"
    for arrow in drawing.arrows:
        yield f"  {names[arrow.start]} --> {names[arrow.end]}"
