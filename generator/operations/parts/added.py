"""Parts that were added: copied to `parts/`, locked by digest, and brought up to date by a three-way merge.

What was added is kept beside, in `parts/.added/<name>/`: the text that a later version and the changes here come from.
"""

from __future__ import annotations

import difflib
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError, SpecError, UsageError
from generator.operations.parts.merging import merged_folders
from generator.operations.parts.sources import fetched
from generator.parts.own.catalog import judge_parts
from generator.parts.own.file.reading import read_part
from generator.parts.own.sources.files import digest_of, files_of
from generator.parts.own.sources.folders import LOCK_FILE, PARTS
from generator.parts.own.sources.lock import Lock, LockedPackage, LockedPart, read_lock, write_lock
from generator.problems import Place, Problem
from generator.suggestion import closest
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.workspace import Workspace

ADDED: Final = ".added"
_NO_LINKS: Final = "put the file itself there"


@dataclass(frozen=True, slots=True)
class AddedPart:
    """What was done for one part, or what is the matter with it.

    Attributes:
        name: of the part, or of the package.
        version: that is there now.
        before: the version that was there before; "" for none.
        state: in a word or two: `as added`, `changed here`, `missing`, `added`, `updated`, `up to date`.
        changed: files concerned.
        conflicts: files in which a merge left conflicts.
        diff: lines of a unified diff.
    """

    name: str
    version: str
    state: str
    before: str = ""
    changed: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    diff: Sequence[str] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        """Whether nobody has to do anything."""
        return self.state not in {"missing", "changed here"} and not self.conflicts


def add(workspace: Workspace, source: str) -> AddedPart:
    """Add a part.

    Args:
        workspace: where to.
        source: a folder, a Git address with a tag, or an installed package.

    Raises:
        UsageError: there is no part there, or one of its name is here.
        SpecError: the part is wrong, here or there; nothing was added.
    """
    lock = _lock(workspace)
    with fetched(workspace, source) as found:
        if found.folder is None:
            packages = {**lock.packages, found.package: LockedPackage(version=found.package_version)}
            write_lock(workspace, lock.model_copy(update={"packages": packages}))
            _require_sound(workspace, lock)
            return AddedPart(found.package, found.package_version, "added")
        name, version = _identity(found.folder, source)
        target = workspace.root / PARTS / name
        if target.exists():
            hint = f"tfstencil part update {name}, or remove the folder" if name in lock.parts else "remove the folder"
            raise UsageError(f"{PARTS}/{name} is there already", hint=hint)
        _copy(found.folder, target)
        _copy(found.folder, workspace.root / PARTS / ADDED / name)
        entry = LockedPart(version=version, source=found.source, digest=digest_of(target))
        write_lock(workspace, lock.model_copy(update={"parts": {**lock.parts, name: entry}}))
        try:
            _require_sound(workspace, lock)
        except SpecError:
            shutil.rmtree(target)
            shutil.rmtree(workspace.root / PARTS / ADDED / name)
            raise
        return AddedPart(name, version, "added", changed=files_of(target))


def verify(workspace: Workspace) -> list[AddedPart]:
    """Compare parts with their digests, without asking where they came from."""
    if not (workspace.root / LOCK_FILE).is_file():
        return []
    lock = _lock(workspace)
    return [_state(workspace, name, entry) for name, entry in sorted(lock.parts.items())]


def changed_parts(workspace: Workspace) -> list[str]:
    """Say of each part that is not as it was added, or is gone: a sentence each."""
    try:
        found = verify(workspace)
    except SpecError as error:
        return [str(problem) for problem in error.problems]
    return [
        f"{PARTS}/{each.name}: {each.state} since {each.version} was added; tfstencil part diff {each.name} shows it"
        for each in found
        if not each.ok
    ]


def diff(workspace: Workspace, names: Sequence[str] = ()) -> list[AddedPart]:
    """Show what was changed here since parts were added."""
    lock = _lock(workspace)
    found: list[AddedPart] = []
    for name in _chosen(lock, names):
        state = _state(workspace, name, lock.parts[name])
        old, new = _texts(workspace.root / PARTS / ADDED / name), _texts(workspace.root / PARTS / name)
        lines = [
            line
            for file in sorted({*old, *new})
            for line in difflib.unified_diff(
                old.get(file, "").splitlines(), new.get(file, "").splitlines(),
                f"added/{name}/{file}", f"{PARTS}/{name}/{file}", lineterm="",
            )
        ]  # fmt: skip
        found.append(replace(state, diff=lines))
    return found


def update(workspace: Workspace, names: Sequence[str] = (), source: str = "") -> list[AddedPart]:
    """Bring parts to the version that their source has now; what was changed here is merged.

    Args:
        workspace: where.
        names: of parts; none for all that were added.
        source: another source than the one in the lock file, such as a later tag; for one part.

    Raises:
        UsageError: there is no such part, or it comes from nowhere.
    """
    lock = _lock(workspace)
    chosen = _chosen(lock, names)
    if source and len(chosen) != 1:
        raise UsageError("one source is for one part", hint="name the part: tfstencil part update NAME --from SOURCE")
    found = []
    for name in chosen:
        entry, state = _updated(workspace, name, lock.parts[name], source or lock.parts[name].source)
        lock = lock.model_copy(update={"parts": {**lock.parts, name: entry}})
        write_lock(workspace, lock)
        found.append(state)
    return found


def _updated(workspace: Workspace, name: str, entry: LockedPart, source: str) -> tuple[LockedPart, AddedPart]:
    here, base = workspace.root / PARTS / name, workspace.root / PARTS / ADDED / name
    with fetched(workspace, source) as found:
        if found.folder is None:
            raise UsageError(f"{source} is a part of Python", hint="pip install --upgrade brings it up to date")
        theirs, version = _identity(found.folder, source)
        if theirs != name:
            raise UsageError(f"{source} is part {theirs}, and not {name}", hint="tfstencil part add adds another part")
        labels = (f"{PARTS}/{name}", f"{name} {entry.version}", f"{name} {version}")
        changes, conflicts = merged_folders(_texts(here), _texts(base), _texts(found.folder), labels)
        for file, text in changes.items():
            if text is None:
                (here / file).unlink(missing_ok=True)
            else:
                replace_file(here / file, text)
        locked = LockedPart(version=version, source=source, digest=digest_of(found.folder))
        shutil.rmtree(base, ignore_errors=True)
        _copy(found.folder, base)
    state = "updated" if changes or conflicts else "up to date"
    return locked, AddedPart(name, version, state, entry.version, sorted(changes), conflicts)


def _state(workspace: Workspace, name: str, entry: LockedPart) -> AddedPart:
    folder = workspace.root / PARTS / name
    if not folder.is_dir():
        return AddedPart(name, entry.version, "missing")
    if digest_of(folder) == entry.digest:
        return AddedPart(name, entry.version, "as added")
    old, new = _texts(workspace.root / PARTS / ADDED / name), _texts(folder)
    changed = sorted(file for file in {*old, *new} if old.get(file) != new.get(file))
    return AddedPart(name, entry.version, "changed here", changed=changed)


def _identity(folder: Path, source: str) -> tuple[str, str]:
    """Return name and version of a part that somebody offers, whatever its folder is called."""
    found = read_part(folder, source)
    # A link of theirs must not bring files of ours along.
    links = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink())
    problems = [*found.problems, *(Problem(Place(f"{source}/{path}"), "", "is a link", _NO_LINKS) for path in links)]
    if problems or found.says is None:
        raise SpecError(problems)
    return found.says.part, found.says.version


def _require_sound(workspace: Workspace, before: Lock) -> None:
    _, problems = judge_parts(workspace)
    if problems:
        write_lock(workspace, before)
        raise SpecError(problems)


def _chosen(lock: Lock, names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in lock.parts:
            close = closest(name, lock.parts)
            hint = f"did you mean {close}?" if close else f"{LOCK_FILE} names: {', '.join(lock.parts) or 'none'}"
            raise UsageError(f"part {name!r} was not added", hint=hint)
    return list(names) or sorted(lock.parts)


def _lock(workspace: Workspace) -> Lock:
    lock, problems = read_lock(workspace)
    if problems:
        raise SpecError(problems)
    return lock


def _texts(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_bytes().decode("utf-8", "surrogateescape") for name in files_of(folder)}


def _copy(source: Path, target: Path) -> None:
    try:
        for name in files_of(source):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target / name)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}", hint="check the folder") from error
