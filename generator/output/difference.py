"""What a render would change, as the lines of a unified diff."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from generator.output.change import FolderChange, change_of
from generator.output.destination import Destination
from generator.output.rendered import Encoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generator.output.rendered import RenderedEnvironment
    from generator.workspace import Workspace

_NOTHING = "/dev/null"
_OPEN_END = "\\ No newline at end of file"


def unified_diff(
    workspace: Workspace, rendered: Iterable[RenderedEnvironment], *, out: Path | None = None
) -> Iterator[str]:
    """Yield the lines of a diff from the output as it is to what a render would write, without line ends.

    It applies with `patch -p1` in the workspace. Manifests are left out: their digests tell a reader nothing.

    Args:
        workspace: where.
        rendered: the environments, fresh from their specs.
        out: another output folder than `modules_out/`.

    Raises:
        OutputError: the output cannot be read.
    """
    destination = Destination.of(workspace, out)
    encoder = Encoder()
    for item in rendered:
        with destination.faults(destination.show(item.name), "it could not be compared"):
            lines = list(_of_change(change_of(item, destination, encoder), destination))
        yield from lines


def _of_change(change: FolderChange, destination: Destination) -> Iterator[str]:
    for path in sorted({*change.created, *change.changed, *change.pruned}):
        shown = destination.show(change.name, path)
        file = change.found.folder / path
        before = file.read_bytes().decode(errors="replace") if file.is_file() else None
        after = change.rendered.files.get(path)
        yield from _of_file(shown, before, after)


def _of_file(shown: str, before: str | None, after: str | None) -> Iterator[str]:
    source = _NOTHING if before is None else f"a/{shown}"
    target = _NOTHING if after is None else f"b/{shown}"
    lines = difflib.unified_diff(_lines(before), _lines(after), source, target, lineterm="")
    for line in lines:
        text, open_end, _ = line.partition("\0")
        yield text
        if open_end:
            yield _OPEN_END


def _lines(text: str | None) -> list[str]:
    """Split at newlines only; a last line without one is marked, so that it differs from the same line with one."""
    if not text:
        return []
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += "\0"
    else:
        lines.pop()
    return lines
