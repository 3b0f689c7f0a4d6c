"""What goes wrong with Terraform's state, put right: a state saved, brought back, or unlocked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.checks.guards.ownership import recorded_in_state, require_own
from generator.errors import UsageError
from generator.fleet.refreshed import RefreshedPlans
from generator.operations.changes.consent import Consent, consents, require_way_to_consent
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import owner_of, targets_of
from generator.terraform import StateAt
from generator.terraform.layout import version_folder
from generator.terraform.state.migration import count
from generator.terraform.state.rescue import Rescued, differ
from generator.terraform.state.versions import StateVersions, require_same_lineage, restored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.checks.guards.ownership import Recorded
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.operations.targets.targets import Target
    from generator.terraform import Mode
    from generator.terraform.state.versions import StateVersion
    from generator.workspace import Workspace

_UNASKED = Consent(given=False)


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What a state came to that was to be brought back.

    Attributes:
        target: the environment.
        mode: where its state lies.
        version: what it was to be.
        status: `restored`, `unchanged` (it was that already) or `declined`.
        serial: of the state that is there now; None where it was declined.
        resources: number of resources in it.
        replaced: the version under which what was there before is noted; None where nothing was.
    """

    target: Target
    mode: Mode
    version: StateVersion
    status: str
    serial: int | None = None
    resources: int = 0
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """What a state would forget and know again.

    Attributes:
        stack: the environment.
        version: what its state would be.
        forgotten: address and identifier of what would exist and not be managed any more.
        known_again: the same of what would be managed again.
    """

    stack: OpenStack
    version: StateVersion
    forgotten: Sequence[tuple[str, str]]
    known_again: Sequence[tuple[str, str]]


def state_versions(workspace: Workspace, name: str, mode: Mode) -> list[StateVersion]:
    """List which versions of a state were noted, the newest first."""
    return StateVersions(version_folder(workspace, name, mode)).all()


def restore(run: Run, name: str, wanted: str, mode: Mode, consent: Consent = _UNASKED) -> RestoreResult:
    """Put a state back, after showing what that means and asking.

    Args:
        run: the call.
        name: the environment.
        wanted: the version that its state is to be.
        mode: where its state lies.
        consent: what was agreed to beforehand.

    Raises:
        UsageError: no such version was noted.
        TfstencilError: it is gone, or does not belong there.
    """
    workspace = run.workspace
    version = _chosen(state_versions(workspace, name, mode), name, wanted, mode)
    targets = targets_of(workspace, [name], fresh=False)
    require_way_to_consent(run, targets, mode, consent, command=f"tfstencil state restore {name} {wanted}")
    (stack,) = open_stacks(run, targets, mode)
    versions = StateVersions(version_folder(workspace, name, mode))
    with run.reporter.progress(f"{name}: reading the state"):
        was, now = versions.content(version, stack.runner.layout.state_object), stack.runner.state()
    # What is there now may be another environment's: then this is the way to put it right.
    require_own(recorded_in_state(was), owner_of(workspace, stack.target))
    require_same_lineage(now, was)
    if not differ(now, was):
        return RestoreResult(stack.target, mode, version, "unchanged", now.get("serial"))
    run.reporter.state_change(_change(stack, version, now, was))
    if not consents(run, stack.target, mode, consent, verb="restore"):
        return RestoreResult(stack.target, mode, version, "declined")
    return _put_back(run, stack, version, was)


def rescue(run: Run, name: str, mode: Mode, *, give_up: bool) -> Rescued | Sequence[Path] | None:
    """Save the state that the last apply could not save.

    Args:
        run: the call.
        name: the environment.
        mode: where its state lies.
        give_up: put it aside instead.

    Returns:
        What was saved; the folders in which it was put aside; None where there is nothing to save.
    """
    keep = run.workspace.scratch / "rescued" / "state" / name
    stack = _open(run, name, mode)
    with run.reporter.progress(f"{name}: saving the state"):
        # A bootstrap that was cut off has left its state in a folder of its own.
        begun = _open(run, name, mode, state_at=StateAt.FILE)
        rescued = begun.runner.folder.is_dir() and begun.runner.rescue(keep, give_up=give_up)
        return rescued or stack.runner.rescue(keep, give_up=give_up) or None


def unlock(run: Run, name: str, mode: Mode, lock: str) -> None:
    """Take away a lock that a terraform which is gone has left on a state.

    Args:
        run: the call.
        name: the environment.
        mode: where its state lies.
        lock: its ID.
    """
    _open(run, name, mode).runner.unlock(lock)


def _open(run: Run, name: str, mode: Mode, *, state_at: StateAt = StateAt.USUAL) -> OpenStack:
    (stack,) = open_stacks(run, targets_of(run.workspace, [name], fresh=False), mode, state_at=state_at)
    return stack


def _put_back(run: Run, stack: OpenStack, version: StateVersion, was: dict[str, Any]) -> RestoreResult:
    """Note what is there, and put the state in its place."""
    name, mode = stack.name, stack.runner.mode
    folder = version_folder(run.workspace, name, mode)
    with run.reporter.progress(f"{name}: bringing the state back"):
        noted = StateVersions(folder).note(stack.runner, "restore")
        RefreshedPlans(run.workspace, mode.value).forget(name)
        there = restored(stack.runner, was, folder=folder)
    replaced = noted.name if noted else None
    return RestoreResult(stack.target, mode, version, "restored", there.get("serial"), count(there), replaced)


def _chosen(versions: Sequence[StateVersion], name: str, wanted: str, mode: Mode) -> StateVersion:
    found = next((version for version in versions if version.name == wanted), None)
    if found is None:
        there = ", ".join(version.name for version in versions)
        flag = " --sandbox" if mode.is_mocked else ""
        hint = f"there are: {there}" if there else f"none was noted; see tfstencil state restore {name}{flag}"
        raise UsageError(f"no version {wanted!r} of the state of {name} was noted", hint=hint)
    return found


def _change(stack: OpenStack, version: StateVersion, now: Mapping[str, Any], was: Mapping[str, Any]) -> StateChange:
    before, after = ({_key(each) for each in recorded_in_state(state)} for state in (now, was))
    return StateChange(stack, version, sorted(before - after), sorted(after - before))


def _key(resource: Recorded) -> tuple[str, str]:
    return resource.address, str(resource.attributes.get("id", ""))
