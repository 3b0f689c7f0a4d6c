"""What in the output is not what a render would write, and why; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from generator.output.change import FolderChange, change_of
from generator.output.destination import Destination
from generator.output.manifest import CONFLICT, FORMAT, MANIFEST
from generator.output.ownership import Examination, FileState, examine, is_converted, obstacle
from generator.output.rendered import Encoder
from generator.output.writing.removal import is_marked, removed_environments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from generator.output.rendered import RenderedEnvironment, SourceFile
    from generator.workspace import Workspace


class StaleReason(StrEnum):
    """Why a file is stale; stable words for machine-readable output."""

    MISSING = "missing"
    EDITED = "edited-by-hand"
    LINE_ENDINGS = "line-endings"
    CONFLICT = "merge-conflict"
    SPEC = "spec-changed"
    TEMPLATE = "template-changed"
    GENERATOR = "generator-changed"
    UNRECORDED = "not-in-manifest"
    FOREIGN = "foreign-in-the-way"
    SPENT = "no-longer-rendered"
    STRAY = "unexpected"
    DAMAGED = "manifest-damaged"
    REMOVED = "no-spec"


@dataclass(frozen=True, slots=True)
class Stale:
    """One path that a render would change, or must not.

    Attributes:
        environment: its name.
        path: as a person would type it, relative to the workspace.
        reason: the kind of staleness.
        detail: what happened, as the end of a sentence that begins with the path.
    """

    environment: str
    path: str
    reason: StaleReason
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.detail}"


_Cause = tuple[StaleReason, str]

_CONVERTED = "its line endings were changed, as git's autocrlf does"
_PLAIN: dict[FileState, _Cause] = {
    FileState.MISSING: (StaleReason.MISSING, "missing"),
    FileState.CONVERTED: (StaleReason.LINE_ENDINGS, _CONVERTED),
    FileState.SPENT_CONVERTED: (StaleReason.LINE_ENDINGS, _CONVERTED),
    FileState.CONFLICTED: (StaleReason.CONFLICT, CONFLICT),
    FileState.EDITED: (StaleReason.EDITED, "edited by hand since it was rendered"),
    FileState.FOREIGN: (StaleReason.FOREIGN, "not written by tfstencil, and in the way of a file that is"),
    FileState.SPENT: (StaleReason.SPENT, "no longer rendered"),
    FileState.SPENT_EDITED: (StaleReason.EDITED, "edited by hand since it was rendered, and no longer rendered"),
    FileState.STRAY: (StaleReason.STRAY, "bears our header, but no manifest lists it and nothing renders it"),
}


def compare(workspace: Workspace, rendered: Sequence[RenderedEnvironment], *, out: Path | None = None) -> list[Stale]:
    """List all that a render would change, and what it would refuse to.

    Args:
        workspace: where.
        rendered: the environments, fresh from their specs.
        out: another output folder than `modules_out/`.

    Returns:
        By environment, then by path. Removed environments come last; one that is marked as such is current as long as
        it is untouched.

    Raises:
        OutputError: the output cannot be read.
    """
    destination = Destination.of(workspace, out)
    destination.require_folder()
    encoder = Encoder()
    found: list[Stale] = []
    with destination.faults(workspace.relative(destination.folder), "it could not be compared"):
        for item in rendered:
            found += _of_change(change_of(item, destination, encoder), destination)
        found += _of_removed(destination)
    return found


def verify(workspace: Workspace, names: Iterable[str], *, out: Path | None = None) -> list[Stale]:
    """List what was edited, deleted or added by hand since the last render, by the manifests alone.

    Unlike `compare` this needs no specs and no templates. It cannot see that these have changed.

    Args:
        workspace: where.
        names: environments, with or without a spec.
        out: another output folder than `modules_out/`.

    Raises:
        OutputError: the output cannot be read.
    """
    destination = Destination.of(workspace, out)
    found: list[Stale] = []
    with destination.faults(workspace.relative(destination.folder), "it could not be verified"):
        for name in names:
            examined = examine(destination.live(name), {})
            found += _by_hand(name, examined, destination)
    return found


def _of_change(change: FolderChange, destination: Destination) -> list[Stale]:
    causes = _causes(change)
    verdicts = dict.fromkeys(change.found.paths(FileState.OUTDATED), causes)
    verdicts |= {path: _PLAIN[state] for path, state in change.found.states.items() if state in _PLAIN}
    if change.found.damage:
        verdicts[MANIFEST] = (_of_damage(change.found.damage), change.found.damage)
    elif change.found.manifest_data is None:
        verdicts[MANIFEST] = (StaleReason.MISSING, "missing")
    elif change.found.manifest_data != change.contents[MANIFEST].data:
        converted = is_converted(change.found.manifest_data, change.contents[MANIFEST].sha256)
        verdicts[MANIFEST] = _PLAIN[FileState.CONVERTED] if converted else causes
    return [
        Stale(change.name, destination.show(change.name, obstacle(change.found.tree, path) or path), reason, detail)
        for path, (reason, detail) in sorted(verdicts.items())
    ]


def _causes(change: FolderChange) -> _Cause:
    """Say why unedited files differ from what would be written: the first reason, and all the details."""
    manifest = change.found.manifest
    if manifest is None:
        return StaleReason.UNRECORDED, "no manifest tells what it was rendered from"
    now = change.rendered.inputs
    causes = [(StaleReason.SPEC, detail) for detail in _source_changes(manifest.sources, now.sources)]
    if manifest.generator != now.generator:
        causes.append((StaleReason.GENERATOR, f"rendered by tfstencil {manifest.generator}, this is {now.generator}"))
    if manifest.form != FORMAT:
        causes.append((StaleReason.GENERATOR, "its manifest is of an earlier form"))
    if manifest.removed:
        causes.append((StaleReason.SPEC, "its spec is back"))
    if not causes:
        # Nothing that the manifest knows would bring other text, so its bytes must be those of a render.
        if change.found.manifest_data != manifest.text().encode():
            return StaleReason.EDITED, "edited by hand, and so was its manifest"
        # Its sources and the version are the same, and the manifest confirms every file. In a checkout of tfstencil the
        # code changes without the version, too.
        return StaleReason.TEMPLATE, f"a template changed, or a default of its class, or the code of {now.generator}"
    return causes[0][0], ", ".join(detail for _, detail in causes)


def _source_changes(before: Sequence[SourceFile], now: Sequence[SourceFile]) -> list[str]:
    old = {source.file: source.sha256 for source in before}
    new = {source.file: source.sha256 for source in now}
    details = [
        f"{file} changed" if file in old else f"{file} is new"
        for file, sha256 in new.items()
        if old.get(file) != sha256
    ]
    details += [f"{file} is no longer used" for file in old if file not in new]
    return details or (["the order of its specs changed"] if before != now else [])


def _of_removed(destination: Destination) -> list[Stale]:
    found: list[Stale] = []
    for name in removed_environments(destination):
        examined = examine(destination.live(name), {})
        by_hand = _by_hand(name, examined, destination)
        if is_marked(examined.manifest) or by_hand:
            found += by_hand
        else:
            found.append(Stale(name, destination.show(name), StaleReason.REMOVED, "its spec is gone"))
    return found


def _of_damage(damage: str) -> StaleReason:
    return StaleReason.CONFLICT if damage == CONFLICT else StaleReason.DAMAGED


def _by_hand(name: str, examined: Examination, destination: Destination) -> list[Stale]:
    if examined.damage or examined.manifest is None:
        reason = _of_damage(examined.damage) if examined.damage else StaleReason.MISSING
        return [Stale(name, destination.show(name, MANIFEST), reason, examined.damage or "missing")]
    # Nothing is wanted here: what is unedited counts as spent.
    states = {
        path: examined.states.get(path, FileState.MISSING) for path in {*examined.manifest.files, *examined.states}
    }
    return [
        Stale(
            name, destination.show(name, path), *_PLAIN[FileState.EDITED if state is FileState.SPENT_EDITED else state]
        )
        for path, state in sorted(states.items())
        if state is not FileState.SPENT
    ]
