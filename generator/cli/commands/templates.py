"""`tfstencil templates`: the templates of ours that a workspace replaces."""

from __future__ import annotations

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.session import Session, with_session
from generator.operations.parts import overrides
from generator.reports.parts.added import overrides_report


@click.group("templates", cls=CommandFamily, short_help=SUMMARIES["templates"])
def command() -> None:
    """A file in templates/ takes the place of ours of the same name; another one is rendered beside ours.

    `tfstencil docs parts` says how to change templates and to add some.
    """


@command.command("list", cls=Command, example="tfstencil templates list")
@with_session
def _list(session: Session) -> int:
    """List the workspace's own templates: which of ours each replaces, and whether ours has changed since."""
    session.console.report(overrides_report(overrides.overrides(session.workspace())))
    return 0


@command.command("eject", cls=Command, example="tfstencil templates eject modules/logs/main.tf.j2")
@click.argument("name", metavar="TEMPLATE")
@with_session
def _eject(session: Session, name: str) -> int:
    """Copy TEMPLATE of ours to templates/, to be changed there; what it was made from is noted."""
    session.console.report(overrides_report([overrides.eject(session.workspace(), name)]))
    return 0


@command.command("diff", cls=Command, example="tfstencil templates diff")
@click.argument("names", metavar="[TEMPLATE]...", nargs=-1)
@with_session
def _diff(session: Session, names: tuple[str, ...]) -> int:
    """Show what the workspace's own templates change of what they were made from."""
    session.console.report(overrides_report(overrides.diff(session.workspace(), names)))
    return 0


@command.command("upgrade", cls=Command, example="tfstencil templates upgrade")
@click.argument("names", metavar="[TEMPLATE]...", nargs=-1)
@with_session
def _upgrade(session: Session, names: tuple[str, ...]) -> int:
    """Merge what has changed in ours into TEMPLATE... (by default all that are stale).

    A conflict stays visible in the file, no render takes such a file, and the exit code is 1.
    """
    done = overrides.upgrade(session.workspace(), names)
    session.console.report(overrides_report(done))
    return 1 if any(each.conflicts for each in done) else 0
