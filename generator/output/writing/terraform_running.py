"""Whether terraform is at work in an environment's folder, so that replacing it would lose what terraform writes there.

A process that stands in a folder goes on standing in it when the folder is replaced: the state that it writes there
would be lost with the old tree.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from generator.output.destination import Destination

STATE_LOCK = ".terraform.tfstate.lock.info"
_PROCESSES = Path("/proc")
_NAMES = ("terraform", "tofu")


def occupied(destination: Destination, names: Iterable[str]) -> list[str]:
    """Say for each of the environments in which terraform is at work how we know, one line each."""
    folders = {os.path.realpath(destination.live(name)): name for name in names}
    lines = [
        f"{destination.show(name, STATE_LOCK)}: terraform holds the state of this folder"
        for folder, name in folders.items()
        if os.path.lexists(f"{folder}/{STATE_LOCK}")
    ]
    if folders and _PROCESSES.is_dir():
        for process, folder in _standing_in(folders):
            lines.append(f"{destination.show(folders[folder])}: terraform is running here (process {process})")
    return lines


def _standing_in(folders: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the terraform processes that stand in one of `folders`, with that folder."""
    for process in filter(str.isdigit, os.listdir(_PROCESSES)):  # noqa: PTH208  # names, not paths, of all processes
        try:
            folder = os.readlink(f"{_PROCESSES}/{process}/cwd")  # noqa: PTH115  # a text, to look up
            if folder in folders and Path(_PROCESSES, process, "comm").read_text().startswith(_NAMES):
                yield process, folder
        except OSError:
            continue  # it ended, or is another user's
