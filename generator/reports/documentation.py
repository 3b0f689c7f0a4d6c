"""The documentation in a terminal: the list of topics, and a page."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from generator.reports.columns import terminal_width
from generator.reports.report import Message, Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from generator.operations.documentation import Page, Topic


def topics_report(topics: Sequence[Topic]) -> Report:
    """Show the list of topics."""
    return Report({"ok": True, "topics": [asdict(topic) for topic in topics]}, shown(_lines(topics)))


def page_report(page: Page) -> Report:
    """Show a page: laid out in a terminal; in a pipe as it is written, in Markdown."""
    document = {"ok": True, "topic": page.name, "title": page.title, "text": page.text}
    return Report(document, [Message("page", _laid_out(page.text) if terminal_width() else page.text.rstrip("\n"))])


def _lines(topics: Sequence[Topic]) -> Iterator[str]:
    width = max(len(topic.name) for topic in topics)
    for section, below in groupby(topics, key=lambda topic: topic.section):
        yield styled(section, bold=True)
        for topic in below:
            yield f"  {topic.name.ljust(width)}  {topic.summary[:1].upper()}{topic.summary[1:]}"
        yield ""
    yield "tfstencil docs TOPIC shows one of them."


def _laid_out(text: str) -> RenderableType:
    from rich.markdown import Markdown  # noqa: PLC0415  # a tenth of a second, for pages in a terminal only

    return Markdown(text)
