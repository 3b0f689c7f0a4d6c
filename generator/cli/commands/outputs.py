"""`tfstencil outputs`."""

from __future__ import annotations

import click

from generator.cli.command_options import mode_of
from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.state.outputs import outputs
from generator.reports.state.outputs import outputs_report


@click.command(
    "outputs",
    cls=Command,
    short_help="Show the outputs of an applied environment.",
    example="tfstencil outputs dev --sandbox --json",
)
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@with_session
def command(session: Session, name: str, *, sandbox: bool) -> int:
    """Show the outputs of ENV as the last apply left them; sensitive values are hidden."""
    run, mode = session.run(), mode_of(sandbox=sandbox)
    name = run.workspace.one_environment(name)
    session.console.report(outputs_report(name, mode, outputs(run, name, mode)))
    return 0
