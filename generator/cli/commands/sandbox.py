"""`tfstencil sandbox`: the local AWS stand-in."""

from __future__ import annotations

from dataclasses import asdict

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.session import Session, with_session
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
    console = session.console
    workspace = session.workspace()
    info = start(workspace, port)
    if info.cleaned:
        console.warn(f"cleaned up {info.cleaned}; what was applied in it is gone")
    console.document({"ok": True, **asdict(info)})
    console.done(f"The sandbox {'runs' if info.fresh else 'was running already'} at {info.endpoint}")
    names = workspace.environment_names()
    if names:
        name = next((name for name in names if name.startswith("dev")), names[0])
        console.note(f"Next: tfstencil apply {name} --sandbox. End it with tfstencil sandbox stop.")
    else:
        console.note("Next: tfstencil new ENV writes a first spec. End the sandbox with tfstencil sandbox stop.")
    return 0


@command.command("stop", cls=Command, example="tfstencil sandbox stop")
@with_session
def _stop(session: Session) -> int:
    """Stop the sandbox; what was applied in it is lost, and the Terraform state that describes it goes with it."""
    console = session.console
    stopped = stop(session.workspace())
    console.document({"ok": True, **asdict(stopped)})
    console.done("The sandbox is stopped" if stopped.was_running else "No sandbox was running")
    if stopped.forgotten:
        console.note(f"Its resources are gone, and with them the state of: {', '.join(stopped.forgotten)}")
    return 0


@command.command("status", cls=Command, example="tfstencil sandbox status --json")
@with_session
def _status(session: Session) -> int:
    """Tell whether the sandbox runs, and where; exit code 1 where it was started and has died."""
    console = session.console
    found = status(session.workspace())
    info = found.info
    console.document({"ok": not found.problem, "running": info is not None, "sandbox": info and asdict(info)})
    if info:
        console.show(f"The sandbox runs at {info.endpoint} (process {info.pid})")
    elif found.problem:
        console.error(found.problem, hint="run tfstencil sandbox start for a new one")
    else:
        console.show("No sandbox runs in this workspace")
    return 1 if found.problem else 0
