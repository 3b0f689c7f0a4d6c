"""`tfstencil docs`: the documentation in the terminal."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.operations.documentation import page, page_names, topics
from generator.reports.documentation import page_report, topics_report


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in page_names() if name.startswith(incomplete)]


@click.command(
    "docs",
    cls=Command,
    short_help="Read the documentation: a list of topics, or one of them.",
    example="tfstencil docs tutorial",
)
@click.argument("topic", metavar="[TOPIC]", required=False, shell_complete=_complete)
@with_session
def command(session: Session, topic: str | None) -> int:
    """Show the page TOPIC of the documentation, or list all topics.

    The pages come with the package and match its version. In a terminal a page is shown by $PAGER; in a pipe it is
    plain Markdown.
    """
    session.console.report(page_report(page(topic)) if topic is not None else topics_report(topics()))
    return 0
