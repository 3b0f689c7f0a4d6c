"""`tfstencil rename`: another name for something of a spec, and nothing destroyed."""

from __future__ import annotations

import click

from generator.cli.command_options import yes_option
from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.changes.consent import Consent
from generator.operations.specs.rename import rename
from generator.renaming.request import Renaming
from generator.reports.specs.rename import rename_report

physical_option = click.option(
    "--physical", is_flag=True, help="Change the names in AWS too: lists what is replaced, and asks."
)


@click.group("rename", cls=CommandFamily, short_help=SUMMARIES["rename"])
def command() -> None:
    """Give something of a spec another name, in every file that names it; comments and layout stay.

    What exists keeps its name in AWS, and the state learns where it went: the next plan replaces nothing. Only specs
    are changed; render, plan and apply as always.
    """


@command.command("build", cls=Command, example="tfstencil rename build dev main ci")
@environment_argument()
@click.argument("before", metavar="BUILD")
@click.argument("after", metavar="NEW")
@physical_option
@yes_option
@with_session
def _build(session: Session, name: str, before: str, after: str, *, physical: bool, yes: tuple[str, ...]) -> int:  # noqa: PLR0913  # one parameter an option
    """Let BUILD of ENV, and of each environment that shares the file which names it, be called NEW."""
    return _do(session, Renaming("build", name, before, after, physical=physical), yes)


@command.command("entry", cls=Command, example="tfstencil rename entry dev registry.repositories.api web")
@environment_argument()
@click.argument("before", metavar="KEY")
@click.argument("after", metavar="NEW")
@physical_option
@yes_option
@with_session
def _entry(session: Session, name: str, before: str, after: str, *, physical: bool, yes: tuple[str, ...]) -> int:  # noqa: PLR0913  # one parameter an option
    """Let a repository or a report be called NEW; KEY is registry.repositories.NAME or builds.BUILD.reports.NAME."""
    return _do(session, Renaming("entry", name, before, after, physical=physical), yes)


@command.command("environment", cls=Command, example="tfstencil rename environment dev trial")
@environment_argument()
@click.argument("after", metavar="NEW")
@physical_option
@yes_option
@with_session
def _environment(session: Session, name: str, after: str, *, physical: bool, yes: tuple[str, ...]) -> int:
    """Let ENV be called NEW: its file, and what extends it. Its state is moved with `tfstencil state move NEW`."""
    return _do(session, Renaming("environment", name, name, after, physical=physical), yes)


@command.command("stack", cls=Command, example="tfstencil rename stack webshop shop")
@click.argument("before", metavar="STACK")
@click.argument("after", metavar="NEW")
@physical_option
@yes_option
@with_session
def _stack(session: Session, before: str, after: str, *, physical: bool, yes: tuple[str, ...]) -> int:
    """Let the stack STACK be called NEW, in all environments of it. Their states are moved one by one."""
    return _do(session, Renaming("stack", "", before, after, physical=physical), yes)


def _do(session: Session, asked: Renaming, yes: tuple[str, ...]) -> int:
    result = rename(session.run(), asked, Consent.of(yes))
    session.console.report(rename_report(result))
    return 0 if result.status == "renamed" else 1
