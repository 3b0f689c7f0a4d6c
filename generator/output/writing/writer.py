"""Writing rendered environments: all are looked at, then all are staged, and only then is the first one replaced."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError
from generator.output.change import change_of
from generator.output.destination import Destination
from generator.output.freshness.up_to_date import clock, remember
from generator.output.parallel.prepared import prepare
from generator.output.rendered import Encoder
from generator.output.report import WriteReport, warnings_of
from generator.output.writing.lock import exclusive
from generator.output.writing.removal import bury, removed_environments, successors
from generator.output.writing.salvage import Rescue
from generator.output.writing.swap import complete, default_method, heal, install
from generator.output.writing.terraform_running import occupied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from generator.output.change import FolderChange
    from generator.output.parallel.prepared import Prepared
    from generator.output.rendered import RenderedEnvironment
    from generator.output.writing.swap import Method
    from generator.workspace import Workspace

UNTOUCHED: Final = "nothing was changed"


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
    with destination.faults(workspace.relative(destination.folder), UNTOUCHED), exclusive(destination.lock):
        start = clock(destination)
        healed = heal(destination.staging, destination.folder, rescue.retire)
        encoder = Encoder()
        changes = [change_of(item, destination, encoder) for item in rendered]
        _require_ours(changes, destination, force=force)
        with cleared(rescue):
            if not all(change.is_nothing for change in changes):
                destination.open_staging()
            prepared = [prepare(change, destination.staging) for change in changes]
            put_in_place(prepared, destination, rescue, method)
        return settle(prepared, healed, destination, rescue, start)


def _require_ours(changes: Sequence[FolderChange], destination: Destination, *, force: bool) -> None:
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


@contextmanager
def cleared(rescue: Rescue) -> Iterator[None]:
    """Leave no staging folder behind, whatever happens in the block."""
    try:
        yield
    finally:
        rescue.clear()


def put_in_place(
    prepared: Sequence[Prepared], destination: Destination, rescue: Rescue, method: Method | None = None
) -> None:
    """Put what is staged in place, one environment after the other.

    Args:
        prepared: all environments; no folder is replaced before the last of them is staged.
        destination: where they lie.
        rescue: what looks after the replaced trees.
        method: how a folder is replaced; by default the best that the system has.

    Raises:
        OutputError: the file system refuses; the message says how many are new.
    """
    names, installed = [item.name for item in prepared if item.is_staged], 0
    try:
        for name in names:
            outcome = f"{installed} of {len(names)} environments are new, the others as they were"
            with destination.faults(destination.show(name), outcome):
                complete(destination.staging, name)
                install(destination.staging, destination.live(name), method or default_method(), rescue.retire)
            installed += 1
    except BaseException:
        for name in names[installed:]:
            rescue.abandon(name)
        raise


def settle(
    prepared: Sequence[Prepared], healed: Iterable[str], destination: Destination, rescue: Rescue, start: int
) -> WriteReport:
    """Mark the environments without a spec, remember those that are in place, and report.

    Args:
        prepared: all environments, in place.
        healed: environments of which an interrupted render had left something.
        destination: where they lie.
        rescue: what has cleared the replaced trees.
        start: the clock before the first of them was looked at.
    """
    removed = successors(destination, removed_environments(destination))
    bury(destination, removed)
    # What bears our header and is not ours must be told again next time.
    remember(destination, [item.verdict for item in prepared if not item.report.stray], start)
    reports = tuple(item.report for item in prepared)
    warnings = (*warnings_of(reports, removed, destination), *rescue.notes)
    return WriteReport(reports, tuple(removed), tuple(healed), warnings)
