"""`tfstencil state`: a state that could not be saved, one that shall be as it was, and a lock that was left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.progress import progress
from generator.cli.session import Session, environment_argument, only, with_session
from generator.display import plural
from generator.operations.consent import Consent, yes_option
from generator.operations.state import list_versions, restore
from generator.operations.targets import mode_of, open_targets, targets_of
from generator.terraform import StateAt
from generator.terraform.rescue import Rescued

if TYPE_CHECKING:
    from generator.operations.targets import OpenStack
    from generator.workspace import Workspace


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
    workspace, console = session.workspace(), session.console
    stack = _open(session, workspace, name, sandbox=sandbox)
    keep = workspace.scratch / "rescued" / "state" / stack.name
    with progress(session.options, f"{name}: saving the state"):
        # A bootstrap that was cut off has left its state in a folder of its own.
        begun = _open(session, workspace, name, sandbox=sandbox, state_at=StateAt.FILE)
        rescued = begun.runner.folder.is_dir() and begun.runner.rescue(keep, give_up=abandon)
        rescued = rescued or stack.runner.rescue(keep, give_up=abandon)
    data: dict[str, object] = {"ok": True, "environment": name, "mode": stack.runner.mode.value}
    if isinstance(rescued, Rescued):
        copy = workspace.relative(rescued.copy) if rescued.copy else None
        data |= {"rescued": True, "serial": rescued.serial, "resources": rescued.resources, "copy": copy}
        described = f"serial {rescued.serial}, {plural(rescued.resources, 'resource')}"
        console.done(f"The state of {name} is saved: {described}, from {workspace.relative(rescued.found_in)}")
        kept = f"A copy is in {copy}. " if copy else ""
        console.note(f"{kept}Next: tfstencil plan {name}{' --sandbox' if sandbox else ''}")
    elif rescued:
        targets = [workspace.relative(folder) for folder in rescued]
        data |= {"rescued": False, "abandoned": targets}
        console.done(f"The state of {name} that was not saved is put aside: {', '.join(targets)}")
        console.warn("what only that state knows exists and is not managed any more: import it, or remove it by hand")
    else:
        data |= {"rescued": False}
        console.done(f"There is nothing to rescue: the state of {name} is saved")
    console.document(data)
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
    workspace, mode = session.workspace(), mode_of(sandbox=sandbox)
    name = only(workspace, name)
    if version is None:
        return list_versions(session, workspace, name, mode)
    return restore(session, workspace, name, version, mode, Consent.of(yes))


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
    stack = _open(session, session.workspace(), name, sandbox=sandbox)
    stack.runner.unlock(lock)
    session.console.document({"ok": True, "environment": name, "mode": stack.runner.mode.value, "lock": lock})
    session.console.done(f"The lock {lock} of {name} is taken away")
    return 0


def _open(
    session: Session, workspace: Workspace, name: str, *, sandbox: bool, state_at: StateAt = StateAt.USUAL
) -> OpenStack:
    targets = targets_of(workspace, [only(workspace, name)], fresh=False)
    (stack,) = open_targets(session, workspace, targets, mode_of(sandbox=sandbox), state_at=state_at)
    return stack
