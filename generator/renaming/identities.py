"""An environment or a stack gets another name; what exists keeps the names that were made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.errors import UsageError
from generator.language.nodes import dotted, find, plain
from generator.language.reader import read_spec
from generator.model.environment import spec_model
from generator.model.loading.layers import CLASS, SpecCache
from generator.model.loading.load import load_environments
from generator.model.names import Names
from generator.model.types import EnvironmentName
from generator.renaming.draft import Draft
from generator.renaming.mentions import mentions
from generator.renaming.request import Renamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.renaming.request import Renaming
    from generator.workspace import Workspace

    At = tuple[str | int, ...]

# What names nothing in AWS: it follows the new name, and is told.
_FREE: Final = ("description", "formerly", "tags", "stack")
_FREE_OF_BUILDS: Final = ("variables", "description", "tags", "phases", "finally", "schedule")


def rename_environment(workspace: Workspace, asked: Renaming) -> Renamed:
    """Let an environment be called otherwise: its file, and what extends it."""
    path, after = workspace.spec_path(asked.before), workspace.spec_path(asked.after)
    if asked.before not in workspace.environment_names():
        known = ", ".join(workspace.environment_names())
        raise UsageError(f"there is no environment {asked.before}", hint=f"there are: {known}")
    if asked.after.startswith("_"):
        raise UsageError(f"{asked.after} would be a base", hint="leave out the underscore")
    if after.exists() or after.is_symlink():
        raise UsageError(f"{workspace.relative(after)} exists", hint="choose another name")
    draft = Draft(workspace)
    before = load_environments(workspace, [asked.before])
    _follow(workspace, draft, asked)
    draft.move(path, after)
    told = find(before[0].merged, (CLASS,))
    if told is not None and told.layer == "environment name":
        # The class that its name told stays.
        draft.keep(after, draft.edits(after).with_key((CLASS,), before[0].spec.environment_class))
    return _Identities(draft, asked, {asked.before: after}).rename(before, [asked.after])


def rename_stack(workspace: Workspace, asked: Renaming) -> Renamed:
    """Let a stack be called otherwise, in all environments of it."""
    every = load_environments(workspace, workspace.environment_names())
    before = [each for each in every if each.spec.stack == asked.before]
    if not before:
        known = ", ".join(sorted({each.spec.stack for each in every}))
        raise UsageError(f"no environment is of a stack {asked.before}", hint=f"there are: {known}")
    if asked.before == asked.after or any(each.spec.stack == asked.after for each in every):
        raise UsageError(f"there is a stack {asked.after} already", hint="choose another name")
    draft = Draft(workspace)
    for each in before:
        for path in draft.layers(each.name):
            edits = draft.edits(path)
            if edits.value(("stack",)) == asked.before:
                draft.keep(path, edits.with_value(("stack",), asked.after))
    own = {each.name: workspace.spec_path(each.name) for each in before}
    return _Identities(draft, asked, own).rename(before, [each.name for each in before])


def _follow(workspace: Workspace, draft: Draft, asked: Renaming) -> None:
    """Let every spec that names an environment name it as it is called then: what extends it, and what needs it."""
    model = spec_model(SpecCache().catalog(workspace))
    for path in sorted(workspace.environments.glob("*.yaml")):
        edits = draft.edits(path)
        root = read_spec(path, workspace.relative(path))
        for at, _ in mentions(root, EnvironmentName, asked.before, model):
            edits = edits.with_value(at, asked.after)
        value = edits.value(("extends",))
        if value == asked.before:
            edits = edits.with_value(("extends",), asked.after)
        elif isinstance(value, list) and asked.before in value:
            edits = edits.with_value(("extends", value.index(asked.before)), asked.after)
        draft.keep(path, edits)


class _Identities:
    """Environments that get another identity.

    Args:
        draft: their specs, in which the new name stands.
        asked: the renaming.
        own: the file of each, by the name that it has had.
    """

    def __init__(self, draft: Draft, asked: Renaming, own: Mapping[str, Path]) -> None:
        self._draft = draft
        self._asked = asked
        self._own = own

    def rename(self, before: list[Environment], names: list[str]) -> Renamed:
        """Remember what each was, and let what exists keep its names."""
        for each, name in zip(before, names, strict=True):
            self._remember(each, name)
        after = self._draft.load(names)
        if not self._asked.physical:
            for old, new in zip(before, after, strict=True):
                self._keep(old, new)
            after = self._draft.load(names)
        follows = {
            new.name: [
                (dotted(path), was, now)
                for path, was, now in _changed(old, new)
                if path[0] not in ("formerly", "names", "stack")
            ]
            for old, new in zip(before, after, strict=True)
        }
        return Renamed(self._draft, before, after, follows)

    def _remember(self, each: Environment, name: str) -> None:
        """Write down the identity that an environment has had; one that it takes again is no former one."""
        path, former = self._own[each.name], f"{each.spec.stack}/{each.name}"
        stack = self._asked.after if self._asked.kind == "stack" else each.spec.stack
        held = [identity for identity in each.spec.formerly if identity not in (former, f"{stack}/{name}")]
        edits = self._draft.edits(path)
        if edits.has(("formerly",)) and held == each.spec.formerly:
            edits = edits.with_items(("formerly",), [former])
        else:
            edits = (edits.without(("formerly",)) if edits.has(("formerly",)) else edits).with_key(
                ("formerly",), [*held, former]
            )
        self._draft.keep(path, edits)

    def _keep(self, old: Environment, new: Environment) -> None:
        """Write names that would change with the environment's as they are."""
        path = self._own[old.name]
        pinned: list[tuple[At, object]] = [(at, was) for at, was, _ in _changed(old, new) if not _is_free(at)]
        before, after = Names.of(old.name, old.spec), Names.of(new.name, new.spec)
        if before.prefix != after.prefix and ("names", "prefix") not in [at for at, _ in pinned]:
            pinned.append((("names", "prefix"), before.prefix))
        if old.spec.backend is not None and before.state_bucket != after.state_bucket:
            pinned.append((("backend", "bucket"), before.state_bucket))
        edits = self._draft.edits(path)
        for at, value in pinned:
            edits = (
                edits.with_value(at, str(value)) if edits.has(at) else edits.with_key([str(part) for part in at], value)
            )
        self._draft.keep(path, edits)


def _is_free(at: At) -> bool:
    return (
        at[0] in _FREE
        or (at[0] == "builds" and at[2:] and at[2] in _FREE_OF_BUILDS)
        or any(isinstance(part, int) for part in at)
    )


def _changed(old: Environment, new: Environment) -> Iterator[tuple[At, Any, Any]]:
    """Yield the texts of a spec that are others than before: they hold the name of the environment or of the stack."""
    for at, was in _leaves(plain(old.merged), ()):
        node = find(new.merged, at)
        if node is not None and node.value != was:
            yield at, was, node.value


def _leaves(value: object, at: At) -> Iterator[tuple[At, object]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*at, key))
    else:
        yield at, value
