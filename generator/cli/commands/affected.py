"""`tfstencil affected`."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.rendered.affected import AffectedRequest, affected, by_class, jobs_of
from generator.reports.rendered.affected import Output, affected_report


@click.command(
    "affected",
    cls=Command,
    short_help="Tell which environments a change of the repository changes, and why.",
    example="tfstencil affected --since main",
)
@environments_argument(affected=False)
@click.option("--since", metavar="REV", help="Compare with this commit; by default where the branch began.")
@click.option(
    "--output",
    type=click.Choice(["text", "names", "github"]),
    default="text",
    show_default=True,
    help="Text with reasons; names alone; or a matrix and the names of each class for $GITHUB_OUTPUT.",
)
@click.option(
    "--shards",
    metavar="N",
    type=click.IntRange(1, 256),
    help="With --output github: at most so many jobs, each with several environments, by how long their plans took.",
)
@with_session
def command(
    session: Session, patterns: tuple[str, ...], *, since: str | None, output: Output, shards: int | None
) -> int:
    """Tell which of ENV... (by default all) mean something else to Terraform than they did at another commit.

    The modules_out of that commit is compared with what a render would write now, by meaning: comments, formatting, the
    order of keys and a refactored template affect nothing. Uncommitted work counts. Nothing is checked out or written.
    The commit is found as each engine of CI tells it; elsewhere it is where HEAD left the default branch.
    """
    result = affected(session.run(), AffectedRequest(patterns, since, origins=output == "text" or session.console.json))
    jobs = jobs_of(session.workspace(), result.names, shards)
    classes = by_class(session.workspace(), result.names) if output == "github" else {}
    session.console.report(affected_report(result, output, jobs, classes, verbose=session.options.verbose))
    return 0
