"""Rendering and writing many environments in two processes, where all of them can be written.

Both processes take names from one queue; each renders and stages what it takes, and keeps no text. Only when all are
staged does this process put them in place. Whatever goes wrong before, in either of them, what was staged is dropped,
and the one process that then does everything anew says what is wrong, of all environments at once.
"""

from __future__ import annotations

import pickle
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError
from generator.output.change import change_of
from generator.output.destination import Destination
from generator.output.freshness.up_to_date import clock
from generator.output.parallel.child import can_fork, child, processors
from generator.output.parallel.prepared import prepare
from generator.output.parallel.queue import Queue
from generator.output.rendered import Encoder
from generator.output.writing.lock import exclusive
from generator.output.writing.salvage import Rescue
from generator.output.writing.swap import left_in
from generator.output.writing.terraform_running import occupied
from generator.output.writing.writer import UNTOUCHED, cleared, put_in_place, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from generator.output.change import FolderChange
    from generator.output.parallel.prepared import Prepared
    from generator.output.rendered import RenderedEnvironment
    from generator.output.report import WriteReport
    from generator.workspace import Workspace

    # Whether environments may be put in place, seeing what they are.
    Agree = Callable[[Sequence[Prepared]], bool]
    # Renders environments one after the other, as their names come.
    Render = Callable[[Iterable[str]], Generator[RenderedEnvironment]]

# Below it one process is as fast: both have to render the modules of each shape.
WORTH_TWO: Final = 100


class _NotByTwoError(Exception):
    """Something is wrong, and one process has to say what."""


def pays(count: int) -> bool:
    """Tell whether two processes are possible, and faster for so many environments."""
    return count >= WORTH_TWO and processors() > 1 and can_fork()


def write_in_pair(  # noqa: PLR0913  # as `write_all`, and two ways to render
    workspace: Workspace,
    names: Sequence[str],
    render: Render,
    shown: Render,
    *,
    agree: Agree | None = None,
    force: bool = False,
    out: Path | None = None,
) -> WriteReport | None:
    """Render and write environments in this process and a child, or do nothing.

    Args:
        workspace: where.
        names: the environments.
        render: renders some of them in the child; what that needs is better imported and read by now.
        shown: does so in this process, and may show how far both are. It is called when the child has begun, so that it
            may start threads.
        agree: asked when all are staged; where it says no, nothing is put in place.
        force: overwrite what was edited by hand and what is in the way.
        out: another output folder than `modules_out/`.

    Returns:
        What was done. None where nothing was changed and `write_all` has to do it, or to say what is wrong.

    Raises:
        OutputError: the file system refuses to put something in place; the message says how many are new.
    """
    destination = Destination.of(workspace, out)
    with ExitStack() as held:
        try:
            destination.require_folder()
            is_new = not destination.folder.exists()
            held.enter_context(exclusive(destination.lock, patience=0))
        except (OutputError, OSError):
            return None
        # What is told of the healing must be told even where this comes to nothing.
        if left_in(destination.staging):
            return None
        if is_new:
            held.callback(_remove_if_empty, destination.folder)
        start, rescue = clock(destination), Rescue(destination)
        with destination.faults(workspace.relative(destination.folder), UNTOUCHED):
            with cleared(rescue):
                prepared = _prepared(names, render, shown, destination, force=force)
                if prepared is None or (agree and not agree(prepared)):
                    return None
                put_in_place(prepared, destination, rescue)
            return settle(prepared, (), destination, rescue, start)


def _prepared(
    names: Sequence[str], render: Render, shown: Render, destination: Destination, *, force: bool
) -> list[Prepared] | None:
    """Return all environments, staged, in the order of their names; None where anything is wrong."""
    try:
        destination.open_staging()
        found = {item.name: item for item in _by_two(Queue(names), render, shown, destination, force=force)}
        prepared = [found[name] for name in names]
    except Exception:  # noqa: BLE001  # whatever it is, one process meets it again, and its error is the one to report
        return None
    return None if occupied(destination, [item.name for item in prepared if item.replaces]) else prepared


def _by_two(
    queue: Queue, render: Render, shown: Render, destination: Destination, *, force: bool
) -> Iterable[Prepared]:
    def work() -> bytes:
        return pickle.dumps(_part(queue, render, destination, force=force), pickle.HIGHEST_PROTOCOL)

    with closing(queue), child(work) as answer:
        own = _part(queue, shown, destination, force=force) if answer else []
        data = answer() if answer else None
    if data is None:
        raise _NotByTwoError
    theirs: list[Prepared] = pickle.loads(data)  # noqa: S301  # from our own child
    return own + theirs


def _part(queue: Queue, render: Render, destination: Destination, *, force: bool) -> list[Prepared]:
    """Render and stage what this process gets from the queue; where something is wrong, let nobody get any more."""
    encoder, prepared = Encoder(), []
    try:
        with closing(render(queue)) as rendered:
            for environment in rendered:
                change = change_of(environment, destination, encoder)
                _require_ours(change, destination, force=force)
                prepared.append(prepare(change, destination.staging))
    except BaseException:
        queue.drain()
        raise
    return prepared


def _require_ours(change: FolderChange, destination: Destination, *, force: bool) -> None:
    if change.conflicts(destination) and not force:
        raise _NotByTwoError


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
