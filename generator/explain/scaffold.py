"""A new environment's spec: valid, commented, and no longer than what its bases leave open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from generator.errors import SpecError, UsageError
from generator.explain.starter_text import Entry, spec_text
from generator.explain.starter_values import Wishes, stack_name, starter_values
from generator.language.nodes import mapping
from generator.language.reader import parse
from generator.model.loading.layers import CLASS, SpecCache, resolve
from generator.model.loading.load import load_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.language.nodes import Node
    from generator.model.loading.layers import Merged
    from generator.workspace import Workspace

USUAL_BASE: Final = "_base"

_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_USUAL_CLASS: Final = "dev"


@dataclass(frozen=True, slots=True)
class NewSpec:
    """A spec that is valid and not yet written.

    Attributes:
        text: the content of its file.
        environment_class: the class that it comes to.
        bases: what it extends.
        to_change: keys whose values only stand in for what the user knows, each with what belongs there.
        notes: what of something that exists could not be carried over.
    """

    text: str
    environment_class: str
    bases: tuple[str, ...]
    to_change: Mapping[str, str]
    notes: tuple[str, ...] = ()


def new_spec(workspace: Workspace, name: str, wishes: Wishes) -> NewSpec:
    """Compose the spec of a new environment.

    Args:
        workspace: where its bases lie.
        name: of the environment.
        wishes: what the user says about it.

    Raises:
        UsageError: the name or a wish is wrong, or something is missing that cannot be made up.
        SpecError: a base is wrong.
    """
    check_name(workspace, name)
    return _Composition(workspace, name, wishes).compose()


def check_name(workspace: Workspace, name: str) -> None:
    """Refuse what cannot be the name of a new environment.

    Raises:
        UsageError: it is a base's, cannot stand in names of AWS, or is taken.
    """
    if name.startswith("_"):
        raise UsageError(f"{name} would be a base, and new writes environments", hint="leave out the underscore")
    if not _NAME.fullmatch(name):
        hint = "use lower-case letters, digits and single hyphens, a letter first"
        raise UsageError(f"{name!r} cannot be an environment's name: it becomes part of names in AWS", hint=hint)
    path = workspace.spec_path(name)
    if path.exists() or path.is_symlink():
        raise UsageError(f"{workspace.relative(path)} exists", hint="edit it, or choose another name")


def _usual_bases(workspace: Workspace) -> tuple[str, ...]:
    """Return `_base`, or the only base there is; among several others the user has to choose."""
    bases = sorted(path.stem for path in workspace.environments.glob("_*.yaml"))
    if USUAL_BASE in bases:
        return (USUAL_BASE,)
    return (bases[0],) if len(bases) == 1 else ()


class _Composition:
    def __init__(self, workspace: Workspace, name: str, wishes: Wishes) -> None:
        self._workspace = workspace
        self._name = name
        self._wishes = wishes
        self._bases = wishes.bases or _usual_bases(workspace)
        self._path = workspace.spec_path(name)
        self._display = workspace.relative(self._path)
        self._cache = SpecCache()

    def compose(self) -> NewSpec:
        entries = self._head()
        try:
            merged = self._inherited(entries)
        except SpecError as error:
            if not self._lacks_class(error):
                self._refuse(error)
            entries.append(Entry(CLASS, _USUAL_CLASS, "dev, staging or prod: decides the defaults"))
            merged = self._inherited(entries)
        given = mapping(merged.root)
        entries += starter_values(
            given, self._wishes, merged.environment_class, stack_name(self._workspace.root.name, self._name)
        )
        others = " and ".join([*self._bases, f"the defaults of class {merged.environment_class}"])
        text = spec_text(
            self._name, f"What {self._name} says itself; the rest comes from {others}.", entries, self._said(given)
        )
        self._pretend(text)
        try:
            load_environment(self._workspace, self._name, self._cache)
        except SpecError as error:
            self._refuse(error)
        to_change = {entry.key: entry.change for entry in entries if entry.change}
        return NewSpec(text, merged.environment_class, tuple(self._bases), to_change)

    def _head(self) -> list[Entry]:
        """Return the keys that decide what is inherited."""
        entries: list[Entry] = []
        if self._bases:
            entries.append(Entry("extends", self._bases[0] if len(self._bases) == 1 else list(self._bases)))
        if self._wishes.environment_class:
            entries.append(Entry(CLASS, self._wishes.environment_class))
        return entries

    def _inherited(self, entries: Sequence[Entry]) -> Merged:
        """Merge what is known so far, as if it were in the file."""
        # A file must say something: a description, which takes no part in what follows.
        self._pretend(spec_text(self._name, "", entries or [Entry("description", "new")], ()))
        merged = resolve(self._workspace, self._name, self._cache)
        if merged.problems:
            raise SpecError(merged.problems)
        return merged

    def _said(self, given: Mapping[str, Node]) -> set[str]:
        """Return the keys that a base says something about: the defaults of a class are no reason to be silent."""
        sources = {key: node.source for key, node in given.items()}
        return {
            key
            for key, source in sources.items()
            if source.display != self._display and not source.layer.startswith("class ")
        }

    def _pretend(self, text: str) -> None:
        """Let the reader find `text` in the file that does not exist yet."""
        self._cache.readings[self._path] = parse(text.encode(), self._display)

    def _lacks_class(self, error: SpecError) -> bool:
        own = all(problem.place and problem.place.file == self._display for problem in error.problems)
        return own and {problem.rule for problem in error.problems} == {CLASS}

    def _refuse(self, error: SpecError) -> NoReturn:
        """Say what is wrong with a file that does not exist as what is wrong with the command."""
        errors = [problem for problem in error.problems if problem.severity == "error"]
        own = [problem for problem in errors if problem.place and problem.place.file == self._display]
        if not own:
            raise error
        first = own[0]
        message = f"{first.key}: {first.message}" if first.key else first.message
        raise UsageError(f"{self._display} would not be valid: {message}", hint=first.hint) from error
