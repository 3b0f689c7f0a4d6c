"""What a render did, for those who tell it to the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.output.beside import foreign_in
from generator.output.ownership import FileState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.output.change import FolderChange
    from generator.output.destination import Destination


@dataclass(frozen=True, slots=True)
class EnvironmentReport:
    """What a render did to one environment; paths relative to its folder, sorted.

    Attributes:
        name: the environment.
        created: written where nothing was.
        changed: written anew.
        unchanged: left as they were.
        pruned: deleted, because nothing renders them any more.
        stray: bear our header, but no manifest lists them and nothing renders them; left where they are.
        foreign: what else lies there, and is somebody else's.
        is_noted: nothing but what is noted of it (`.tfstencil.json`) was written.
        left_state: where the state lay until now, if it is looked for elsewhere from now on; else "".
    """

    name: str
    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    pruned: tuple[str, ...]
    stray: tuple[str, ...]
    foreign: tuple[str, ...]
    left_state: str = ""
    is_noted: bool = False

    @classmethod
    def of(cls, change: FolderChange) -> EnvironmentReport:
        """Report a change as done."""
        stray, foreign = change.found.paths(FileState.STRAY), foreign_in(change.found.tree, change.found.states)
        written = change.created, change.changed, change.unchanged, change.pruned
        is_noted = not (change.created or change.changed or change.pruned or change.is_nothing)
        return cls(change.name, *written, stray, foreign, change.left_state, is_noted)


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What a render did.

    Attributes:
        environments: one report each, in the order given.
        removed: environments whose folder is there and whose spec is not, sorted.
        healed: environments of which an interrupted render had left something, sorted.
        warnings: sentences for the user.
    """

    environments: tuple[EnvironmentReport, ...]
    removed: tuple[str, ...]
    healed: tuple[str, ...]
    warnings: tuple[str, ...]


def move_state(name: str) -> str:
    """Say what to do where a state may have been left behind."""
    return f"if anything was applied, take its state along: tfstencil state move {name}"


def warnings_of(
    reports: Iterable[EnvironmentReport], removed: Mapping[str, str], destination: Destination
) -> Iterator[str]:
    """Yield a sentence for each state that is left behind, each stray file, and each removed environment."""
    for report in reports:
        if report.left_state:
            yield (
                f"{destination.show(report.name)}: its state lay in {report.left_state} until now, and is looked for "
                f"elsewhere from now on; {move_state(report.name)}"
            )
        for path in report.stray:
            yield (
                f"{destination.show(report.name, path)}: bears our header, but no manifest lists it and nothing "
                "renders it; delete it, or take the header off to keep it"
            )
    for name, successor in removed.items():
        what, todo = "its spec is gone, but what it created may still exist", f"run tfstencil destroy {name}"
        if successor:
            what, todo = f"it is called {successor} now", move_state(successor)
        yield f"{destination.show(name)}: {what}; {todo}, then tfstencil render --prune-removed"
