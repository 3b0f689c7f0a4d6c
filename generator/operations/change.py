"""What `apply` and `destroy` have in common: their options, the run, and the end of it."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from generator.cli.failure import error_data, say, say_trace
from generator.display import plural
from generator.errors import TfstencilError, UsageError
from generator.guards.binding import modules_digest
from generator.operations.consent import require_way_to_consent
from generator.operations.execution import Execution
from generator.operations.review import Review
from generator.operations.rollout import Rollout
from generator.operations.run_result import Outcome, count_line, summary_table
from generator.operations.targets import open_targets
from generator.operations.unread import warn_of_foreign
from generator.rollout.record import Record, Records
from generator.rollout.waves import one_wave, waves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.cli.request import Request
    from generator.cli.session import Session
    from generator.operations.targets import OpenStack, Target
    from generator.workspace import Workspace


def change(session: Session, request: Request, locate: Callable[[Workspace, Sequence[str]], list[Target]]) -> int:
    """Plan, show, ask, and do it, environment after environment.

    Args:
        session: the call.
        request: what was asked for.
        locate: finds the environments by their names and globs.

    Returns:
        The exit code.
    """
    begin = monotonic()
    workspace = session.workspace()
    records = Records(workspace, request.verb, request.mode.value)
    record = _resumed(request, records) if request.resume else None
    if record:
        request = replace(request, patterns=tuple(record.patterns), wave=record.wave)
    elif request.patterns:
        # What --yes names is meant, also where it is named there alone; without any name, all are.
        request = replace(request, patterns=(*request.patterns, *request.consent.names))
    else:
        request = replace(request, patterns=request.consent.names)
    targets = locate(workspace, record.names if record else request.patterns)
    warn_of_foreign(session, workspace, [target.name for target in targets])
    command = f"tfstencil {request.verb} {'--resume' if record else ' '.join(target.name for target in targets)}"
    require_way_to_consent(session, targets, request.mode, request.consent, command=command)
    gate = Review(workspace, request.mode, allowed=request.allowed, is_destroy=request.verb == "destroy")
    gate.require_one(targets)
    names = [target.name for target in targets]
    record = record or Record(request.verb, request.mode.value, list(request.patterns), request.wave, names)
    run = _Run(Execution(session, workspace, request, gate), request, records, record)
    stacks = open_targets(session, workspace, targets, request.mode)
    return run.conclude(stacks, run.over(stacks), begin)


def _resumed(request: Request, records: Records) -> Record:
    if request.patterns or request.wave:
        raise UsageError(
            "--resume takes the environments and the order of the run that it resumes",
            hint=f"leave them out: tfstencil {request.verb} --resume",
        )
    return records.unfinished()


class _Run:
    """One run, and the record of how far it got."""

    def __init__(self, execution: Execution, request: Request, records: Records, record: Record) -> None:
        self._execution = execution
        self._session = execution.session
        self._workspace = execution.workspace
        self._request = request
        self._records = records
        self._record = record

    def over(self, stacks: Sequence[OpenStack]) -> list[Outcome]:
        """Take environments through it; where it is interrupted between two terraforms, it is concluded first."""
        request = self._request
        classes = {stack.name: stack.target.environment_class for stack in stacks}
        rollout = Rollout(
            self._execution,
            {stack.name: stack for stack in stacks},
            parallelism=request.parallelism,
            on_finished=self._note,
        )
        rollout.outcomes = self._finished_before(stacks)
        self._keep()
        try:
            rollout.run(waves(classes, destroying=request.verb == "destroy") if request.wave else one_wave(classes))
        except BaseException as error:
            self._print(_all(stacks, rollout.outcomes), 0.0, error)
            raise
        finally:
            self._execution.close()
        return _all(stacks, rollout.outcomes)

    def conclude(self, stacks: Sequence[OpenStack], outcomes: Sequence[Outcome], begin: float) -> int:
        """Say what became of all, and return the exit code."""
        self._print(outcomes, monotonic() - begin)
        if all(outcome.is_good for outcome in outcomes):
            self._records.drop()
            return 0
        console, verb = self._session.console, self._request.verb
        for outcome in outcomes:
            if outcome.error:
                say_trace(outcome.error, console)
                say(outcome.error, console, about=outcome.name if len(stacks) > 1 else "")
        past = "applied" if verb == "apply" else "destroyed"
        declined = [outcome.name for outcome in outcomes if outcome.status == "declined"]
        if declined:
            console.error(f"not {past}: {', '.join(declined)}")
        if len(stacks) > 1:
            flag = " --sandbox" if self._request.mode.is_mocked else ""
            console.note(f"Go on where it stopped: tfstencil {verb}{flag} --resume")
        return 1

    def _finished_before(self, stacks: Sequence[OpenStack]) -> dict[str, Outcome]:
        """Return what the resumed run had finished, unless its modules have changed since."""
        return {
            stack.name: Outcome(stack.name, stack.target.environment_class, "finished before")
            for stack in stacks
            if self._record.finished.get(stack.name) == modules_digest(self._workspace, stack.name)
        }

    def _note(self, name: str) -> None:
        self._record.finished[name] = modules_digest(self._workspace, name)
        self._keep()

    def _keep(self) -> None:
        if len(self._record.names) > 1:
            self._records.write(self._record)

    def _print(self, outcomes: Sequence[Outcome], seconds: float, ended_by: BaseException | None = None) -> None:
        console = self._session.console
        document: dict[str, Any] = {
            "ok": all(outcome.is_good for outcome in outcomes),
            "mode": self._request.mode.value,
            "environments": [outcome.as_data() for outcome in outcomes],
            "seconds": round(seconds, 2),
        }
        ended = ended_by if isinstance(ended_by, TfstencilError) else None
        failed = next((outcome.error for outcome in outcomes if outcome.error), ended)
        console.document(document | ({"error": error_data(failed)} if failed else {}))
        if len(outcomes) > 1:
            console.show("")
            console.show(summary_table(outcomes))
            took = f" in {seconds:.0f} s" if seconds else ""
            console.show(f"{plural(len(outcomes), 'environment')}: {count_line(outcomes)}{took}")


def _all(stacks: Sequence[OpenStack], outcomes: dict[str, Outcome]) -> list[Outcome]:
    return [
        outcomes.get(stack.name) or Outcome(stack.name, stack.target.environment_class, "not begun") for stack in stacks
    ]
