"""`tfstencil demo`."""

from __future__ import annotations

import click

from generator.cli.demonstration import Demonstration, copied_workspace
from generator.cli.group import Command
from generator.cli.reporter import ConsoleReporter
from generator.cli.session import Session, with_session
from generator.operations.targets.terraform_download import require_terraform


@click.command(
    "demo",
    cls=Command,
    short_help="From a spec to applied, verified infrastructure in a sandbox, explained.",
    example="tfstencil demo",
)
@with_session
def command(session: Session) -> int:
    """Go the whole way once, with explanations, in under two minutes.

    A spec is rendered, planned and applied in a sandbox by the real terraform; what exists then is read back and
    compared with the spec. It works on a copy of the workspace (without one, on the shipped examples) and leaves
    nothing behind. Terraform is fetched where there is none. Exit code 1 where something is not as the spec says.
    """
    require_terraform(ConsoleReporter(session.console))
    with copied_workspace(session) as workspace:
        demonstration = Demonstration(session, workspace)
        demonstration.run()
    session.console.document({"ok": demonstration.holds, **demonstration.facts})
    return 0 if demonstration.holds else 1
