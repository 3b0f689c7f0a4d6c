"""`tfstencil state`: a state that could not be saved, one that shall be as it was, and a lock that was left behind."""

from __future__ import annotations

import click

from generator.cli.command_options import mode_of, yes_option
from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.session import Session, environment_argument, with_session
from generator.operations.changes.consent import Consent
from generator.operations.state.move import move
from generator.operations.state.repair import rescue, restore, state_versions, unlock
from generator.reports.state.repair import move_report, rescue_report, restore_report, unlock_report, versions_report


@click.group("state", cls=CommandFamily, short_help=SUMMARIES["state"])
def command() -> None:
    """What goes wrong with Terraform's state, put right.

    Nothing here is ever done by itself: a state is saved, brought back, or unlocked only when you say so.
    """


@command.command("rescue", cls=Command, example="tfstencil state rescue prod")
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@click.option("--abandon", is_flag=True, help="Give the state up: put it aside, so that terraform may run again.")
@with_session
def _rescue(session: Session, name: str, *, sandbox: bool, abandon: bool) -> int:
    """Save the state that the last apply of ENV could not save; until then everything else is refused.

    It is found in errored.tfstate, or in the output of that apply. It is pushed to where the state of ENV is kept, read
    back, and only then removed; a copy stays in .tfstencil/rescued/state/ENV/.
    """
    run, mode = session.run(), mode_of(sandbox=sandbox)
    name = run.workspace.one_environment(name)
    rescued = rescue(run, name, mode, give_up=abandon)
    session.console.report(rescue_report(name, mode, rescued, run.workspace))
    return 0


@command.command("restore", cls=Command, example="tfstencil state restore prod 41-3f9a2c1b")
@environment_argument()
@click.argument("version", metavar="[VERSION]", required=False)
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@yes_option
@with_session
def _restore(session: Session, name: str, version: str | None, *, sandbox: bool, yes: tuple[str, ...]) -> int:
    """Bring back what the state of ENV was before an apply or destroy; without VERSION list what can be brought back.

    Only the state changes, not what exists: what was made since is not managed any more, and what was destroyed is made
    again by the next apply. The state that is there is noted first, so that it can be brought back in turn.
    """
    run, mode = session.run(), mode_of(sandbox=sandbox)
    name = run.workspace.one_environment(name)
    if version is None:
        session.console.report(versions_report(name, mode, state_versions(run.workspace, name, mode)))
        return 0
    result = restore(run, name, version, mode, Consent.of(yes))
    session.console.report(restore_report(result))
    return 1 if result.status == "declined" else 0


@command.command("move", cls=Command, example="tfstencil state move prod")
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@click.option("--abandon", is_flag=True, help="Give up what lies at the earlier place, and begin at the new one.")
@yes_option
@with_session
def _move(session: Session, name: str, *, sandbox: bool, abandon: bool, yes: tuple[str, ...]) -> int:
    """Take the state of ENV along to where its spec keeps it from now on: after a change of stack, state or name.

    Until that is done, plan, apply and destroy are refused. The state is looked for where earlier renders and applies
    had it, pushed to the new place and read back; what lies in a bucket stays there, and a local file is renamed.
    """
    run, mode = session.run(), mode_of(sandbox=sandbox)
    result = move(run, run.workspace.one_environment(name), mode, Consent.of(yes), abandon=abandon)
    session.console.report(move_report(result))
    return 1 if result.status == "declined" else 0


@command.command("unlock", cls=Command, example="tfstencil state unlock prod 6ffb4a5f-6b3a-4d1c-9d7c-8c6f1b2c3d4e")
@environment_argument()
@click.argument("lock", metavar="ID")
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@with_session
def _unlock(session: Session, name: str, lock: str, *, sandbox: bool) -> int:
    """Take away the lock ID that a terraform which is gone has left on the state of ENV.

    The message that a state is locked says the ID, and who holds the lock since when. Ask them first: with two at work
    on one state, one of them loses what it does.
    """
    run, mode = session.run(), mode_of(sandbox=sandbox)
    name = run.workspace.one_environment(name)
    unlock(run, name, mode, lock)
    session.console.report(unlock_report(name, mode, lock))
    return 0
