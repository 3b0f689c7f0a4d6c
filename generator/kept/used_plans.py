"""Which kept plans were used: each is applied once, also where two processes try it at the same moment."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from generator.errors import SavedPlanError
from generator.files import PRIVATE, create, make_private_folder
from generator.json_files import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace

# Twice the age up to which a plan can be applied at all.
_REMEMBERED_SECONDS: Final = 60 * 24 * 3600


def used(workspace: Workspace, plan: str) -> str:
    """Say when and by whom a plan was used; "" where it was not.

    Args:
        workspace: where.
        plan: its identifier.
    """
    try:
        content = read_json(_file(workspace, plan))
        return f"on {content['when']} by process {content['process']}"
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, LookupError, TypeError):
        return "by a process that did not come to say more"


def claim(workspace: Workspace, plan: str) -> None:
    """Use a plan up.

    Raises:
        SavedPlanError: it was used already, or that it is used cannot be written.
    """
    file = _file(workspace, plan)
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    try:
        make_private_folder(file.parent, below=workspace.scratch)
        _forget(file.parent)
        with suppress(FileExistsError):
            create(file, json.dumps({"when": when, "process": os.getpid()}).encode(), PRIVATE)
            return
    except OSError as error:
        raise SavedPlanError(
            f"{workspace.relative(file.parent)} cannot be written, and a plan that is not noted as used could be "
            f"applied twice: {error.strerror}",
            hint="check the folder and its permissions",
        ) from error
    raise SavedPlanError(
        f"the kept plan was used already, {used(workspace, plan)}", hint="plan again; what it did is in the state"
    )


def _file(workspace: Workspace, plan: str) -> Path:
    return workspace.scratch / "plans" / "used" / plan


def _forget(folder: Path) -> None:
    horizon = time.time() - _REMEMBERED_SECONDS
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < horizon:
                file.unlink()
