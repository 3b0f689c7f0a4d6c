"""`tfstencil report`: what several machines found, as one."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.plan_outputs import outputs_of
from generator.cli.session import Session, with_session
from generator.operations.plans.shards import shards_in
from generator.reports.plan.formats.markdown import markdown
from generator.reports.plan.hosts import HOSTS
from generator.reports.plan.merged import merged, merged_report
from generator.text_files import replace_file


@click.group("report", cls=CommandFamily, short_help=SUMMARIES["report"])
def command() -> None:
    """One report of what several machines planned."""


@command.command("merge", cls=Command, example='tfstencil report merge shards --expect "$MATRIX" --markdown plan.md')
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--expect",
    metavar="MATRIX",
    required=True,
    help="Which shards there were, and what each was to plan: the matrix of tfstencil affected --output github.",
)
@click.option("--enforce", is_flag=True, help="Exit code 1 where a guard or a rule of policies/ refuses an apply.")
@click.option(
    "--markdown",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write what is shown as Markdown, short enough for a comment.",
)
@click.option("--host", type=click.Choice(list(HOSTS)), help="With --markdown: who shows it; by default github.")
@with_session
def _merge(  # noqa: PLR0913  # one parameter an option
    session: Session, folder: Path, *, expect: str, enforce: bool, file: Path | None, host: str | None
) -> int:
    """Join the plans that shards left in DIR: what tfstencil plan --json printed, 2-of-3.json of shard 2/3.

    A shard that was lost, cancelled or failed is reported as such, with its environments; exit code 1 then. It needs no
    workspace.
    """
    outputs_of(file, None, host)
    result = merged(shards_in(folder, expect))
    if file is not None:
        text = markdown(result.document, HOSTS[host or "github"])
        replace_file(file.absolute(), session.options.redactor.clean(text))
    columns, verbose = session.console.columns, session.options.verbose
    session.console.report(merged_report(result, columns=columns, verbose=verbose))
    return 0 if result.ok and not (enforce and result.is_refused) else 1
