"""A state that is taken along to where its spec says that it lies from now on, or given up where it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.cli.consent import consents, require_way_to_consent
from generator.cli.problem_view import plural
from generator.cli.progress import progress
from generator.cli.stacks import former_states, open_places, owner_of, places_of
from generator.errors import TfstencilError
from generator.guards.bucket_shelf import history_of
from generator.guards.history import DONE, MOVE, Entry
from generator.guards.ownership import recorded_in_state, require_own
from generator.output.change import LOCAL_STATE
from generator.terraform.backends import LOCAL, place_of
from generator.terraform.layout import version_folder
from generator.terraform.migration import count, set_aside
from generator.terraform.state_versions import restored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.cli.consent import Consent
    from generator.cli.session import Session
    from generator.cli.stacks import OpenStack
    from generator.guards.former_state import FormerState
    from generator.terraform import Mode
    from generator.workspace import Workspace


def move(session: Session, workspace: Workspace, name: str, mode: Mode, consent: Consent, *, abandon: bool) -> int:  # noqa: PLR0913  # what the command line says, and where
    """Put the state that lies at an earlier place where the modules look for it, after asking.

    Returns:
        The exit code.

    Raises:
        TfstencilError: several states are found, or one that is another environment's.
    """
    places = places_of(workspace, [name])
    require_way_to_consent(session, places, mode, consent, command=f"tfstencil state move {name}")
    (stack,) = open_places(session, workspace, places, mode)
    return _Move(session, workspace, stack).run(consent, abandon=abandon)


class _Move:
    """One move.

    Args:
        session: for questions.
        workspace: where.
        stack: whose state moves, opened where it is to lie.
    """

    def __init__(self, session: Session, workspace: Workspace, stack: OpenStack) -> None:
        self._session = session
        self._workspace = workspace
        self._stack = stack
        self._former = former_states(workspace, stack.place, stack.runner.mode)
        self._now = place_of(stack.runner.layout.source)

    def run(self, consent: Consent, *, abandon: bool) -> int:
        """Do it, and say so."""
        stack, console = self._stack, self._session.console
        layout = stack.runner.layout
        found = None if abandon else self._found()
        left = self._former.left_in_sandbox(layout)
        if found:
            require_own(recorded_in_state(found.state), owner_of(self._workspace, stack.place))
            console.show(f"{stack.title}: the state in {found.place} ({_size(found)}) goes to {self._where}")
        elif abandon:
            console.show(
                f"{stack.title}: starts from what is in {self._where}; what only an earlier state knows is given up"
            )
        elif not left:
            return self._conclude("unchanged", f"There is nothing to move: no earlier state of {stack.name} is known")
        if not consents(self._session, stack.place, stack.runner.mode, consent, verb="abandon" if abandon else "move"):
            console.document({"ok": False, "environment": stack.name, "status": "declined"})
            console.error(f"not moved: {stack.name}")
            return 1
        with self._file_set_aside():
            is_new = not found or self._is_taken_along(found)
        self._note()
        if abandon:
            console.warn("what only the earlier state knows exists and is not managed any more")
            return self._conclude("abandoned", f"{stack.name} starts from what is in {self._where}")
        if not is_new:
            return self._conclude("unchanged", f"The state of {stack.name} is in {self._where} already")
        return self._conclude("moved", f"The state of {stack.name} is in {self._where}", found.place if found else left)

    @property
    def _where(self) -> str:
        return self._now if self._now.startswith("s3:") else "a file beside its modules"

    def _found(self) -> FormerState | None:
        stack = self._stack
        with progress(self._session.options, f"{stack.name}: looking for its state"):
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
        folder = version_folder(self._workspace, self._stack.name, runner.mode)
        with progress(self._session.options, f"{self._stack.name}: moving its state"):
            runner.forget_backend()
            if runner.state().get("lineage"):
                return False
            restored(runner, dict(found.state), folder=folder)
        return True

    def _note(self) -> None:
        history = history_of(self._workspace, self._stack.name, self._stack.runner.mode)
        history.add(Entry(MOVE, DONE, state=self._now))
        for problem in history.problems:
            self._session.console.warn(problem)

    def _conclude(self, status: str, words: str, place: str | None = None) -> int:
        name, console = self._stack.name, self._session.console
        mode = self._stack.runner.mode
        console.document(
            {"ok": True, "environment": name, "mode": mode.value, "status": status, "from": place, "to": self._now}
        )
        console.show(words)
        if place:
            console.note(f"What lies in {place} is not looked at any more")
        console.note(f"Next: tfstencil plan {name}{' --sandbox' if mode.is_mocked else ''}")
        return 0


def _size(found: FormerState) -> str:
    return plural(count(dict(found.state)), "resource")
