"""Templates of ours that a workspace replaces: which, what was ours when it did, and how to take later changes over.

The text of ours that an override was made from is kept beside it, in `templates/.ejected/`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError
from generator.operations.parts.merging import merged
from generator.rendering.library import names_of, output_of, read_text
from generator.suggestion import closest
from generator.text_files import replace_file
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator.workspace import Workspace

TEMPLATES: Final = "templates"
EJECTED: Final = ".ejected"


@dataclass(frozen=True, slots=True)
class Override:
    """A template of ours that a workspace replaces, or a file that it adds.

    Attributes:
        name: of the file, below `templates/`.
        ours: name of ours that it replaces; "" for an addition.
        state: in words: `up to date`, `stale`, `not recorded`, `added`, `upgraded`, `ejected`.
        conflicts: how many conflicts a merge left in it.
        diff: lines of a unified diff.
    """

    name: str
    ours: str
    state: str
    conflicts: int = 0
    diff: Sequence[str] = ()

    @property
    def ok(self) -> bool:
        """Whether nobody has to do anything."""
        return self.state not in {"stale", "not recorded"} and not self.conflicts


def overrides(workspace: Workspace) -> list[Override]:
    """List the workspace's own templates: what each replaces, and whether ours changed since."""
    return list(_overrides(workspace))


def stale_overrides(workspace: Workspace) -> list[str]:
    """Say of each override of which ours has changed since, and how to take that over: a sentence each."""
    return [
        f"{TEMPLATES}/{each.name}: ours has changed since it was made; run tfstencil templates upgrade"
        for each in _overrides(workspace)
        if each.state == "stale"
    ]


def eject(workspace: Workspace, name: str) -> Override:
    """Copy a template of ours into the workspace, where it takes the place of ours; note what it was made from.

    Raises:
        UsageError: there is no such template, or the workspace has its own.
    """
    ours = _known(name)
    target = workspace.root / TEMPLATES / ours
    base = workspace.root / TEMPLATES / EJECTED / ours
    if target.exists() and base.exists():
        raise UsageError(f"{TEMPLATES}/{ours} is there already", hint="edit it, or remove it to eject ours again")
    text = _ours(ours)
    if target.exists():
        # Made by hand, before anybody noted from what: from now on it is known.
        replace_file(base, text)
        return Override(ours, ours, "recorded")
    replace_file(target, text)
    replace_file(base, text)
    return Override(ours, ours, "ejected")


def diff(workspace: Workspace, names: Sequence[str] = ()) -> list[Override]:
    """Show what overrides change of the text that they were made from, or of ours."""
    found: list[Override] = []
    for each in _chosen(workspace, names):
        base = _base(workspace, each)
        old = base if base is not None else _ours(each.ours)
        new = _own(workspace, each.name)
        lines = difflib.unified_diff(
            old.splitlines(), new.splitlines(), f"ours/{each.ours}", f"{TEMPLATES}/{each.name}", lineterm=""
        )
        found.append(Override(each.name, each.ours, each.state, diff=list(lines)))
    return found


def upgrade(workspace: Workspace, names: Sequence[str] = ()) -> list[Override]:
    """Merge what changed in ours into overrides that are stale; conflicts stay visible in the file.

    Raises:
        ToolError: git is missing.
    """
    done: list[Override] = []
    for each in _chosen(workspace, names):
        base = _base(workspace, each)
        if each.state != "stale" or base is None:
            done.append(each)
            continue
        ours = _ours(each.ours)
        labels = (f"{TEMPLATES}/{each.name}", "what it was made from", "tfstencil")
        text, conflicts = merged(_own(workspace, each.name), base, ours, labels)
        replace_file(workspace.root / TEMPLATES / each.name, text)
        replace_file(workspace.root / TEMPLATES / EJECTED / each.ours, ours)
        done.append(Override(each.name, each.ours, "upgraded", conflicts))
    return done


def _overrides(workspace: Workspace) -> Iterator[Override]:
    folder = workspace.root / TEMPLATES
    if workspace.template_folders[0] == bundled_templates():
        return
    by_output = {output_of(name): name for name in names_of(bundled_templates())}
    for name in sorted(names_of(folder)):
        ours = by_output.get(output_of(name), "")
        if not ours:
            yield Override(name, "", "added")
            continue
        base = folder / EJECTED / ours
        if not base.is_file():
            yield Override(name, ours, "not recorded")
        else:
            yield Override(name, ours, "up to date" if base.read_text("utf-8") == _ours(ours) else "stale")


def _chosen(workspace: Workspace, names: Sequence[str]) -> list[Override]:
    known = {each.name: each for each in _overrides(workspace) if each.ours}
    for name in names:
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean {close}?" if close else f"there are: {', '.join(known) or 'none'}"
            raise UsageError(f"{TEMPLATES}/{name} replaces no template of ours", hint=hint)
    return [known[name] for name in names] or list(known.values())


def _known(name: str) -> str:
    names = names_of(bundled_templates())
    wanted = name.removeprefix(f"{TEMPLATES}/")
    found = next((each for each in names if wanted in {each, each.removesuffix(".j2"), output_of(each)}), "")
    if not found:
        close = closest(wanted, names)
        hint = f"did you mean {close}?" if close else "see tfstencil docs parts"
        raise UsageError(f"there is no template {wanted}", hint=hint)
    return found


def _ours(name: str) -> str:
    return read_text(bundled_templates(), name, name)


def _own(workspace: Workspace, name: str) -> str:
    return read_text(workspace.root / TEMPLATES, name, f"{TEMPLATES}/{name}")


def _base(workspace: Workspace, override: Override) -> str | None:
    file: Path = workspace.root / TEMPLATES / EJECTED / override.ours
    return file.read_text("utf-8") if file.is_file() else None
