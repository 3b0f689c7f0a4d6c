"""A state that is taken along to where its spec says that it lies from now on, or given up where it is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.guards.ownership import recorded_in_state, require_own
from generator.display import plural
from generator.errors import TfstencilError
from generator.kept.bucket_shelf import history_of
from generator.kept.history import DONE, MOVE, HistoryEntry
from generator.operations.changes.consent import Consent, consents, require_way_to_consent
from generator.operations.targets.stacks import former_states, open_stacks
from generator.operations.targets.targets import owner_of, targets_of
from generator.output.change import LOCAL_STATE
from generator.terraform.layout import version_folder
from generator.terraform.state.backends import LOCAL, place_of
from generator.terraform.state.migration import count, set_aside
from generator.terraform.state.versions import restored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.kept.former_state import FormerState
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.operations.targets.targets import Target
    from generator.terraform import Mode

_UNASKED = Consent(given=False)


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What became of a state that was to be taken along.

    Attributes:
        target: the environment.
        mode: where its state lies.
        status: `moved`, `abandoned`, `unchanged` (one was written at the new place before), `none` (no earlier one is
            known) or `declined`.
        now: the place where the state is looked for (`backends.place_of`).
        before: the place where it lay; "" where none is known.
    """

    target: Target
    mode: Mode
    status: str
    now: str
    before: str = ""


def move(run: Run, name: str, mode: Mode, consent: Consent = _UNASKED, *, abandon: bool = False) -> MoveResult:
    """Put the state that lies at an earlier place where the modules look for it, after asking.

    Args:
        run: the call.
        name: the environment.
        mode: where its state lies.
        consent: what was agreed to beforehand.
        abandon: give up what lies at earlier places instead.

    Raises:
        TfstencilError: several states are found, or one that is another environment's.
    """
    targets = targets_of(run.workspace, [name])
    require_way_to_consent(run, targets, mode, consent, command=f"tfstencil state move {name}")
    (stack,) = open_stacks(run, targets, mode)
    return _Move(run, stack).do(consent, abandon=abandon)


class _Move:
    """One move.

    Args:
        run: the call.
        stack: whose state moves, opened where it is to lie.
    """

    def __init__(self, run: Run, stack: OpenStack) -> None:
        self._run = run
        self._stack = stack
        self._former = former_states(run.workspace, stack.target, stack.runner.mode)
        self._now = place_of(stack.runner.layout.source)

    def do(self, consent: Consent, *, abandon: bool) -> MoveResult:
        """Look, ask, and do it."""
        run, stack = self._run, self._stack
        found = None if abandon else self._found()
        before = found.place if found else self._former.left_in_sandbox(stack.runner.layout)
        if not (abandon or before):
            return self._came_to("none")
        if found:
            require_own(recorded_in_state(found.state), owner_of(run.workspace, stack.target))
            size = plural(count(dict(found.state)), "resource")
            run.reporter.note(f"{stack.title}: the state in {found.place} ({size}) goes to {self._now}")
        if not consents(run, stack.target, stack.runner.mode, consent, verb="abandon" if abandon else "move"):
            return self._came_to("declined")
        with self._file_set_aside():
            is_new = not found or self._is_taken_along(found)
        self._note()
        status = "abandoned" if abandon else "moved" if is_new else "unchanged"
        return self._came_to(status, before)

    def _came_to(self, status: str, before: str = "") -> MoveResult:
        return MoveResult(self._stack.target, self._stack.runner.mode, status, self._now, before)

    def _found(self) -> FormerState | None:
        stack = self._stack
        with self._run.reporter.progress(f"{stack.name}: looking for its state"):
            found = self._former.find(stack.runner.layout)
        if len(found) > 1:
            raise TfstencilError(
                f"states that may be that of {stack.name} lie in {' and in '.join(each.place for each in found)}",
                hint="nothing was changed; find out which of them describes what exists, and put the others aside",
            )
        return found[0] if found else None

    @contextmanager
    def _file_set_aside(self) -> Iterator[None]:
        """Rename a state file that a bucket takes the place of: terraform initialises nothing beside it."""
        file = self._stack.runner.layout.source / LOCAL_STATE
        copy = None if self._now == LOCAL or self._stack.runner.mode.is_mocked else set_aside(file)
        try:
            yield
        except BaseException:
            if copy:
                copy.rename(file)
            raise

    def _is_taken_along(self, found: FormerState) -> bool:
        """Push a state to its new place, unless one was written there before."""
        runner = self._stack.runner
        folder = version_folder(self._run.workspace, self._stack.name, runner.mode)
        with self._run.reporter.progress(f"{self._stack.name}: moving its state"):
            runner.forget_backend()
            if runner.state().get("lineage"):
                return False
            restored(runner, dict(found.state), folder=folder)
        return True

    def _note(self) -> None:
        history = history_of(self._run.workspace, self._stack.name, self._stack.runner.mode)
        history.add(HistoryEntry(MOVE, DONE, state=self._now))
        for problem in history.problems:
            self._run.reporter.warn(problem)
