"""`tfstencil validate`: specs only, no terraform."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.specs.validate import validate
from generator.reports.problems.validation import Format, validation_messages


@click.command(
    "validate",
    cls=Command,
    short_help="Check specs; every problem at once, with its place and a hint.",
    example="tfstencil validate 'prod-*' --format github",
)
@environments_argument()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How problems are written; `github` makes annotations in GitHub Actions, `sarif` feeds code scanners.",
)
@with_session
def command(session: Session, patterns: tuple[str, ...], output_format: Format) -> int:
    """Check the specs of ENV... (by default all), without terraform and without writing anything but a cache.

    Every problem of every environment is reported at once, each with file:line:column and what to do. Names, state keys
    and buckets are judged against all other environments of the workspace, too.
    """
    result = validate(session.workspace(), patterns)
    chosen: Format = "json" if session.console.json else output_format
    session.console.tell(validation_messages(result, chosen, verbose=session.options.verbose))
    return 0 if result.ok else 1
