"""`tfstencil sandbox`: the local AWS stand-in."""

from __future__ import annotations

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.session import Session, with_session
from generator.reports.sandbox import started_report, status_report, stopped_report
from generator.sandbox.control import start, status, stop


@click.group("sandbox", cls=CommandFamily, short_help="Start, stop or look at the local AWS stand-in.")
def command() -> None:
    """The sandbox answers as AWS on a port of this machine; each workspace has one of its own.

    What is applied in it stays until it is stopped. It needs no AWS account, no credentials and no network.
    """


@command.command("start", cls=Command, example="tfstencil sandbox start --port 5566")
@click.option("--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1; by default a free one.")
@with_session
def _start(session: Session, port: int | None) -> int:
    """Start the sandbox, or say where it runs."""
    workspace = session.workspace()
    session.console.report(started_report(start(workspace, port), workspace.environment_names()))
    return 0


@command.command("stop", cls=Command, example="tfstencil sandbox stop")
@with_session
def _stop(session: Session) -> int:
    """Stop the sandbox; what was applied in it is lost, and the Terraform state that describes it goes with it."""
    session.console.report(stopped_report(stop(session.workspace())))
    return 0


@command.command("status", cls=Command, example="tfstencil sandbox status --json")
@with_session
def _status(session: Session) -> int:
    """Tell whether the sandbox runs, and where; exit code 1 where it was started and has died."""
    found = status(session.workspace())
    session.console.report(status_report(found))
    return 1 if found.problem else 0
