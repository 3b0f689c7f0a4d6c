"""`tfstencil adopt`: take over what exists already."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.command_options import mode_of
from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.specs.adopt import AdoptRequest, adopt
from generator.reports.specs.adopt import adopt_report


@click.command(
    "adopt",
    cls=Command,
    short_help="Take over what exists already: find it, write it into the spec, and plan.",
    example="tfstencil adopt prod",
)
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Look in the sandbox.")
@click.option(
    "--from",
    "answer",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Believe the answer of aws codebuild batch-get-projects in FILE, and ask nobody.",
)
@click.option("--done", is_flag=True, help="Take out of the spec what the state has by now.")
@with_session
def command(session: Session, name: str, *, sandbox: bool, answer: Path | None, done: bool) -> int:
    """Find what the names of ENV point at, in AWS or in the sandbox, and write it into its spec.

    From that, import blocks are rendered: the next apply takes over what exists and makes the rest. Then a plan shows
    what would change in it. Nothing is changed here but the spec and what is rendered from it.
    """
    run = session.run()
    request = AdoptRequest(run.workspace.one_environment(name), mode_of(sandbox=sandbox), answer, done)
    session.console.report(adopt_report(adopt(run, request)))
    return 0
