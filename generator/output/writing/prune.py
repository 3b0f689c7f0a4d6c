"""Deleting the folders of removed environments, when asked, and when nothing speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.json_files import read_json
from generator.output.destination import Destination
from generator.output.manifest import MANIFEST
from generator.output.ownership import Examination, FileState, examine
from generator.output.tree import delete
from generator.output.writing.lock import exclusive
from generator.output.writing.removal import removed_environments
from generator.output.writing.salvage import Rescue
from generator.output.writing.staging import foreign, stage_foreign
from generator.output.writing.swap import default_method, heal, install, stage_of
from generator.output.writing.terraform_running import occupied

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from generator.workspace import Workspace

# What terraform makes again for any folder that is initialised, and of no use without the folder's Terraform.
_BY_PRODUCTS = {".terraform", ".terraform.lock.hcl"}
_STATES = ("terraform.tfstate", "errored.tfstate")


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What was deleted.

    Attributes:
        deleted: removed environments that are gone, sorted.
        kept: files that were not ours and stay, as a person would type them, sorted.
        warnings: sentences for the user.
    """

    deleted: tuple[str, ...]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]


def prune_removed(workspace: Workspace, names: Collection[str] | None = None, *, force: bool = False) -> PruneReport:
    """Delete the output of environments that have no spec any more.

    Args:
        workspace: where.
        names: which of them; None means all.
        force: delete what was edited by hand, too, and in spite of a local state that still holds resources.

    Raises:
        OutputError: something speaks against it (all of it is listed), or the file system refuses.
    """
    destination = Destination.of(workspace)
    destination.require_folder()
    rescue = Rescue(destination)
    shown = workspace.relative(destination.folder)
    with destination.faults(shown, "not all removed environments were deleted"), exclusive(destination.lock):
        heal(destination.staging, destination.folder, rescue.retire)
        gone = [name for name in removed_environments(destination) if names is None or name in names]
        found = {name: examine(destination.live(name), {}) for name in gone}
        if not force:
            _require_consent(found, destination)
        if busy := occupied(destination, gone):
            raise OutputError("\n".join(busy), hint="try again when it has ended")
        kept = [path for examined in found.values() for path in _delete(examined, destination, rescue)]
    return PruneReport(tuple(gone), tuple(sorted(kept)), tuple(rescue.notes))


def _require_consent(found: dict[str, Examination], destination: Destination) -> None:
    lines = []
    for name, examined in found.items():
        held = {state: _resources(examined.folder / state) for state in _STATES}
        lines += [
            f"{destination.show(name, state)}: holds {what}; run tfstencil destroy {name} first"
            for state, what in held.items()
            if what
        ]
        if examined.damage:
            lines.append(f"{destination.show(name, MANIFEST)}: {examined.damage}")
        edited = examined.paths(FileState.SPENT_EDITED)
        lines += [f"{destination.show(name, path)}: edited by hand since it was rendered" for path in edited]
    if lines:
        raise OutputError("\n".join(lines), hint="nothing was deleted; to delete it all the same, add --force")


def _resources(state: Path) -> str:
    """Say how much a state file holds; "" for nothing, or where there is none."""
    if not state.is_file():
        return ""
    try:
        resources = read_json(state)["resources"]
        return f"{len(resources)} resources" if resources else ""
    except (ValueError, TypeError, LookupError):
        return "a state that cannot be read"


def _delete(examined: Examination, destination: Destination, rescue: Rescue) -> list[str]:
    name = examined.folder.name
    kept = [path for path in foreign(examined, ()) if path not in _BY_PRODUCTS]
    destination.open_staging()
    try:
        if kept:
            stage_foreign(examined, destination.staging)
            install(destination.staging, examined.folder, default_method(), rescue.retire)
        else:
            aside = stage_of(destination.staging, "old", name)
            examined.folder.rename(aside)
            for by_product in _BY_PRODUCTS:
                delete(aside / by_product)
            rescue.retire(aside, examined.folder)
    finally:
        rescue.clear()
    return [destination.show(name, path) for path in kept]
