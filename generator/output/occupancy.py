"""Whether terraform is at work in an environment's folder, so that replacing it would lose what terraform writes there.

A process that stands in a folder goes on standing in it when the folder is replaced: the state that it writes there
would be lost with the old tree.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.output.destination import Destination

STATE_LOCK = ".terraform.tfstate.lock.info"
_PROCESSES = Path("/proc")


def occupied(destination: Destination, names: Iterable[str]) -> list[str]:
    """Say for each of the environments in which terraform is at work how we know, one line each."""
    folders = {os.path.realpath(destination.live(name)): name for name in names}
    lines = [
        f"{destination.show(name, STATE_LOCK)}: terraform holds the state of this folder"
        for folder, name in folders.items()
        if os.path.lexists(f"{folder}/{STATE_LOCK}")
    ]
    for process, folder in _terraforms() if folders else ():
        name = folders.get(folder)
        if name is not None:
            lines.append(f"{destination.show(name)}: terraform is running here (process {process})")
    return lines


def _terraforms() -> list[tuple[int, str]]:
    """List the terraform processes and the folders that they stand in; none where there is no /proc."""
    found = []
    for entry in _PROCESSES.iterdir() if _PROCESSES.is_dir() else ():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "comm").read_text(errors="replace").strip()
            if command.startswith(("terraform", "tofu")):
                found.append((int(entry.name), os.readlink(entry / "cwd")))  # noqa: PTH115  # a text, to look up
        except OSError:
            continue  # it ended, or is another user's
    return found
