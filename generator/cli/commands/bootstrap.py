"""`tfstencil bootstrap`."""

from __future__ import annotations

import click

from generator.cli.command_options import allow_option, mode_of, yes_option
from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.changes.bootstrap import bootstrap, bucket_of
from generator.operations.changes.consent import Consent
from generator.operations.inputs.assembly import Assembly
from generator.operations.requests import ChangeRequest
from generator.reports.changes.bootstrap import bootstrap_report, bucket_report


@click.command(
    "bootstrap",
    cls=Command,
    short_help="Make the bucket that keeps states, and move its own state into it.",
    example="tfstencil bootstrap state",
)
@environment_argument()
@click.option("--sandbox", is_flag=True, help="In the sandbox, without asking; it is started where none runs.")
@click.option("--print", "only_print", is_flag=True, help="Only print what other specs say to keep their state there.")
@yes_option
@allow_option
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session, name: str, *, sandbox: bool, only_print: bool, yes: tuple[str, ...], allowed: tuple[str, ...]
) -> int:
    """Make the state bucket of ENV, an environment with a backend in its spec.

    Its own state cannot lie in a bucket that does not exist. So it is applied with the state in a file first, through
    the guards and questions of an apply; then the state is copied into the bucket, read back and compared, and only
    then the file is put aside. Where it was stopped, the same command goes on from there; a state that is in the bucket
    already is never overwritten.
    """
    run = session.run()
    (environment,) = Assembly(run.workspace).load([run.workspace.one_environment(name)])
    bucket = bucket_of(environment)
    if only_print:
        session.console.report(bucket_report(name, bucket))
        return 0
    request = ChangeRequest("bootstrap", mode_of(sandbox=sandbox), (name,), Consent.of(yes), allowed)
    result = bootstrap(run, request, environment)
    session.console.report(bootstrap_report(result, run.workspace))
    return 0 if result.ok else 1
