"""Writing rendered environments: all are looked at, then all are staged, and only then is the first one replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.output.change import Change, change_of
from generator.output.destination import Destination
from generator.output.freshness import Verdict, clock, remember
from generator.output.lock import exclusive
from generator.output.manifest import MANIFEST
from generator.output.occupancy import occupied
from generator.output.ownership import State
from generator.output.removal import bury, removed_environments
from generator.output.rendered import Encoder
from generator.output.rescue import Rescue
from generator.output.staging import Staged, stage
from generator.output.swap import default_method, heal, install

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.output.rendered import RenderedEnvironment
    from generator.output.swap import Method
    from generator.workspace import Workspace

_UNTOUCHED = "nothing was changed"


@dataclass(frozen=True, slots=True)
class EnvironmentReport:
    """What a render did to one environment; paths relative to its folder, sorted.

    Attributes:
        name: the environment.
        created: written where nothing was.
        changed: written anew.
        unchanged: left as they were.
        pruned: deleted, because nothing renders them any more.
        stray: bear our header, but no manifest lists them and nothing renders them; left where they are.
    """

    name: str
    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    pruned: tuple[str, ...]
    stray: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What a render did.

    Attributes:
        environments: one report each, in the order given.
        removed: environments whose folder is there and whose spec is not, sorted.
        healed: environments of which an interrupted render had left something, sorted.
        warnings: sentences for the user.
    """

    environments: tuple[EnvironmentReport, ...]
    removed: tuple[str, ...]
    healed: tuple[str, ...]
    warnings: tuple[str, ...]


def write_all(
    workspace: Workspace,
    rendered: Sequence[RenderedEnvironment],
    *,
    force: bool = False,
    out: Path | None = None,
    method: Method | None = None,
) -> WriteReport:
    """Write environments so that each folder is wholly old or wholly new at every moment.

    Args:
        workspace: where.
        rendered: all that shall be written; may be empty, which still heals and marks removed environments.
        force: overwrite what was edited by hand and what is in the way.
        out: another output folder than `modules_out/`.
        method: how a folder is replaced; by default the best that the system has.

    Raises:
        OutputError: something there is not ours to overwrite (all of it is listed), terraform is at work there, or the
            file system refuses. Nothing was changed then, unless the message says otherwise.
    """
    destination = Destination.of(workspace, out)
    destination.require_folder()
    rescue = Rescue(destination)
    shown = workspace.relative(destination.folder)
    with destination.faults(shown, _UNTOUCHED), exclusive(destination.lock):
        start = clock(destination)
        healed = heal(destination.staging, destination.folder, rescue.retire)
        encoder = Encoder()
        changes = [change_of(item, destination, encoder) for item in rendered]
        removed = removed_environments(destination)
        _require_ours(changes, destination, force=force)
        staged = _replace([change for change in changes if not change.is_nothing], destination, method, rescue)
        bury(destination, removed)
        # What bears our header and is not ours must be told again next time.
        settled = [change for change in changes if not change.found.paths(State.STRAY)]
        remember(destination, [_verdict(change, staged) for change in settled], start)
    warnings = [*_warnings(changes, removed, destination), *rescue.notes]
    return WriteReport(tuple(map(_report, changes)), tuple(removed), tuple(healed), tuple(warnings))


def _require_ours(changes: Sequence[Change], destination: Destination, *, force: bool) -> None:
    conflicts = [] if force else [line for change in changes for line in change.conflicts(destination)]
    if conflicts:
        raise OutputError(
            "\n".join(conflicts),
            hint="put your edits into the spec or a template (tfstencil render --diff shows them) and move other files "
            "away, or overwrite all of these with tfstencil render --force",
        )
    busy = occupied(destination, [change.name for change in changes if change.found.exists and not change.is_nothing])
    if busy:
        raise OutputError(
            "\n".join(busy),
            hint="render again when it has ended; if it was killed, delete the lock file that it left",
        )


def _replace(
    changes: Sequence[Change], destination: Destination, method: Method | None, rescue: Rescue
) -> dict[str, Staged]:
    """Stage all, then put one after the other in place; whatever happens, leave no staging folder behind."""
    staged, installed = {}, 0
    try:
        if changes:
            destination.open_staging()
        staged = {change.name: stage(change, destination.staging) for change in changes}
        for change in changes:
            outcome = f"{installed} of {len(changes)} environments are new, the others as they were"
            with destination.faults(destination.show(change.name), outcome):
                install(destination.staging, change.found.folder, method or default_method(), rescue.retire)
            installed += 1
    except BaseException:
        for change in changes[installed:]:
            rescue.abandon(change.name)
        raise
    finally:
        rescue.clear()
    return staged


def _verdict(change: Change, staged: Mapping[str, Staged]) -> Verdict:
    signatures = staged[change.name].signatures if change.name in staged else None
    return Verdict(change.rendered, change.contents[MANIFEST].sha256, change.found.tree, signatures)


def _report(change: Change) -> EnvironmentReport:
    stray = change.found.paths(State.STRAY)
    return EnvironmentReport(change.name, change.created, change.changed, change.unchanged, change.pruned, stray)


def _warnings(changes: Sequence[Change], removed: Sequence[str], destination: Destination) -> list[str]:
    stray = [
        f"{destination.show(change.name, path)}: bears our header, but no manifest lists it and nothing renders it; "
        "delete it, or take the header off to keep it"
        for change in changes
        for path in change.found.paths(State.STRAY)
    ]
    return stray + [
        f"{destination.show(name)}: its spec is gone, but what it created may still exist; run tfstencil destroy "
        f"{name}, then tfstencil render --prune-removed"
        for name in removed
    ]
