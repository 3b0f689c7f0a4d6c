"""Putting a finished tree in the place of a live one, and finishing what a crash interrupted.

A tree is built as `build-NAME`, and renamed to `ready-NAME` when it and all others are complete. From there on the
names say how far we came, so that they are the journal:

    build-NAME      incomplete, or some other one is: dropped
    ready-NAME      complete and not in place yet, or, after an exchange, the tree that was replaced
    old-NAME        the tree that was replaced, where trees cannot be exchanged
    replace-NAME    complete, and the live tree may be partly deleted: to be put in place

Linux exchanges two folders in one step, so that NAME is whole at every moment. Elsewhere the live tree steps aside
first: NAME is missing for an instant, and a crash just then is healed by the next render.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from enum import Enum
from typing import TYPE_CHECKING

from generator.output.tree import delete

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Retire = Callable[[Path, Path], None]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


class Method(Enum):
    """How a live tree is replaced."""

    EXCHANGE = "exchange"
    RENAMES = "renames"


def default_method() -> Method:
    """Return the best method that this operating system has."""
    return Method.EXCHANGE if sys.platform == "linux" else Method.RENAMES


def stage_of(staging: Path, stage: str, name: str) -> Path:
    """Return where the tree of the environment `name` lies in a stage: build, ready, old or replace."""
    return staging / f"{stage}-{name}"


def complete(staging: Path, name: str) -> None:
    """Say that the tree `build-NAME` is complete, and may be put in place even after a crash."""
    stage_of(staging, "build", name).rename(stage_of(staging, "ready", name))


def install(staging: Path, live: Path, method: Method, retire: Retire) -> None:
    """Put the tree `ready-NAME` in the place of `live`; what was there is left in `staging`.

    Args:
        staging: folder with `ready-NAME`, NAME being that of `live`.
        live: the environment's folder; may be missing.
        method: how to replace a tree that is there.
        retire: see `heal`.
    """
    ready = stage_of(staging, "ready", live.name)
    if not live.exists():
        ready.rename(live)
    elif method is Method.RENAMES or not _exchange(ready, live):
        _rename_pair(staging, live, retire)


def heal(staging: Path, folder: Path, retire: Retire) -> list[str]:
    """Finish or drop what was left in `staging`: the end of every render, and the start of one after a crash.

    Args:
        staging: the staging folder; may be missing.
        folder: the output folder.
        retire: deletes a tree that was complete, after saving what is in no other place; called with that tree and
            the one that succeeds it.

    Returns:
        Names of the environments concerned.
    """
    left = left_in(staging)
    for stage, settle in _SETTLEMENTS.items():
        for name in sorted(name for found, name in left if found == stage):
            settle(stage_of(staging, stage, name), folder / name, retire)
    return sorted({name for _, name in left})


def left_in(staging: Path) -> list[tuple[str, str]]:
    """List the trees in `staging`, which may be missing: the stage and the name of each."""
    if not staging.is_dir():
        return []
    parts = (entry.name.partition("-") for entry in staging.iterdir())
    return [(stage, name) for stage, dash, name in parts if dash and stage in _SETTLEMENTS]


def _settle_build(left: Path, _live: Path, _retire: Retire) -> None:
    delete(left)


def _settle_replace(left: Path, live: Path, retire: Retire) -> None:
    if live.exists():
        retire(live, left)
    left.rename(live)


def _settle_complete(left: Path, live: Path, retire: Retire) -> None:
    if live.exists():
        retire(left, live)
    else:
        left.rename(live)


# In this order: only when what is ready is in place does it show whether what is old is needed.
_SETTLEMENTS = {
    "build": _settle_build,
    "replace": _settle_replace,
    "ready": _settle_complete,
    "old": _settle_complete,
}


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where this kernel or file system cannot."""
    library = _library()
    if not hasattr(library, "renameat2"):
        return False
    if library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE or code == errno.EXDEV:
        return False
    raise OSError(code, os.strerror(code), os.fspath(other))


def _library() -> ctypes.CDLL:
    """Return the C library, which keeps errno for itself unless asked for it."""
    return ctypes.CDLL(None, use_errno=True)


def _rename_pair(staging: Path, live: Path, retire: Retire) -> None:
    ready, old = stage_of(staging, "ready", live.name), stage_of(staging, "old", live.name)
    try:
        live.rename(old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # overlayfs cannot rename a folder of a lower layer (a container image with the workspace in it).
        replacement = stage_of(staging, "replace", live.name)
        ready.rename(replacement)
        retire(live, replacement)
        replacement.rename(live)
    else:
        ready.rename(live)
