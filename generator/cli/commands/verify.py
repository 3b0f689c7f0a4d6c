"""`tfstencil verify`."""

from __future__ import annotations

import click

from generator.cli.command_options import mode_of
from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.checks.verify import verify
from generator.reports.checks.verification import verify_report


@click.command(
    "verify",
    cls=Command,
    short_help="Compare what was applied with the spec, and tell whether it is ready to build.",
    example="tfstencil verify dev --sandbox",
)
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@click.option("--ready", is_flag=True, help="Exit code 1 also where it is not ready to build, or that is unknown.")
@with_session
def command(session: Session, name: str, *, sandbox: bool, ready: bool) -> int:
    """Ask AWS, with your credentials, what exists of ENV, and compare every fact with the spec.

    Terraform and its state are not asked: what somebody changed past them shows too. Then it says what the builds wait
    for that Terraform does not make: a connection that is available, secrets and parameters, an image, addresses that
    have confirmed. Exit code 1 where a fact differs. Nothing is changed, and no secret is read.
    """
    run = session.run()
    result = verify(run, run.workspace.one_environment(name), mode_of(sandbox=sandbox))
    session.console.report(verify_report(result, verbose=session.options.verbose))
    return 1 if result.wrong or (ready and result.ready != "yes") else 0
