"""`tfstencil doctor`."""

from __future__ import annotations

import os

import click

from generator.cli.command_options import mode_of
from generator.cli.group import Command
from generator.cli.reporter import ConsoleReporter
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.operations.doctor import examine, missing
from generator.operations.targets.terraform_download import fetch_terraform
from generator.reports.doctor import doctor_report


@click.command(
    "doctor",
    cls=Command,
    short_help="Look for terraform, provider and credentials; --install fetches Terraform.",
    example="tfstencil doctor --install",
)
@click.option("--install", is_flag=True, help="Fetch Terraform into the user's cache, checked against its SHA256SUMS.")
@click.option("--existing", is_flag=True, help="Ask AWS for what specs say exists: buckets, roles, keys, topics.")
@click.option("--sandbox", is_flag=True, help="With --existing: ask the sandbox.")
@with_session
def command(session: Session, *, install: bool, existing: bool, sandbox: bool) -> int:
    """Say what tfstencil finds on this machine, what is missing, and how to get it.

    With --existing it looks for what the specs of the workspace say exists, and whether its policies let the stack in;
    nothing is changed. Exit code 1 where something is missing that is needed.
    """
    if sandbox and not existing:
        raise UsageError("--sandbox says whom to ask for what exists", hint="add --existing")
    if install:
        fetch_terraform(ConsoleReporter(session.console))
    findings = examine(session.folder, os.environ, mode_of(sandbox=sandbox) if existing else None)
    session.console.report(doctor_report(findings))
    return 1 if missing(findings) else 0
