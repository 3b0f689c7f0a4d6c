"""`tfstencil guards`."""

from __future__ import annotations

import click

from generator.cli.command_options import mode_of
from generator.cli.group import Command, CommandFamily
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.checks.guards import watched
from generator.operations.state.history import applied
from generator.reports.checks.guards import guards_report
from generator.reports.state.history import history_report


@click.group("guards", cls=CommandFamily, short_help="Tell what the guards watch and why, and what was allowed.")
def command() -> None:
    """What stands between a plan and its apply; `tfstencil docs guards` says it in full."""


@command.command("explain", cls=Command, example="tfstencil guards explain aws_s3_bucket_versioning")
@click.argument("target", metavar="ADDRESS|TYPE")
@with_session
def _explain(session: Session, target: str) -> int:
    """Tell which attributes of a resource are watched, how each is judged, and why; which are harmless.

    A resource is named by its address (module.artifacts.aws_s3_bucket.this) or by its type (aws_s3_bucket).
    """
    session.console.report(guards_report(watched(session.folder, target)))
    return 0


@command.command("history", cls=Command, example="tfstencil guards history prod")
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@with_session
def _history(session: Session, name: str, *, sandbox: bool) -> int:
    """Tell who applied ENV, when, and what was allowed for which reason, as the record beside its state has it."""
    run, mode = session.run(), mode_of(sandbox=sandbox)
    name = run.workspace.one_environment(name)
    session.console.report(history_report(name, mode, applied(run, name, mode)))
    return 0
