"""`tfstencil ci`: the files by which an engine of CI runs tfstencil."""

from __future__ import annotations

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.session import Session, with_session
from generator.engines.pipeline import ENGINES
from generator.operations.rendered.pipelines import check, generate
from generator.reports.rendered.pipelines import generated_report, pipeline_check_report

_engine = click.argument("engine", type=click.Choice(ENGINES))


@click.group("ci", cls=CommandFamily, short_help=SUMMARIES["ci"])
def command() -> None:
    """Pipelines that plan what a pull request changes, in shards, and apply it after the merge, class after class.

    `tfstencil docs ci` says what they do, and which variables they read.
    """


@command.command("generate", cls=Command, example="tfstencil ci generate github")
@_engine
@click.option("--force", is_flag=True, help="Overwrite files that tfstencil did not generate.")
@with_session
def _generate(session: Session, engine: str, *, force: bool) -> int:
    """Write the files of ENGINE, where it looks for them: .github/workflows/tfstencil.yml.

    Commit them. They change with the version of tfstencil alone: new environments need none of it.
    """
    session.console.report(generated_report(generate(session.workspace(), engine, force=force)))
    return 0


@command.command("check", cls=Command, example="tfstencil ci check github")
@_engine
@with_session
def _check(session: Session, engine: str) -> int:
    """Compare the files of ENGINE with what generate would write; exit code 1 where they differ. Nothing is written."""
    result = check(session.workspace(), engine)
    session.console.report(pipeline_check_report(result))
    return 1 if result.differing else 0
