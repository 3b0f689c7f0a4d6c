"""What `apply` and `destroy` have in common: plan, show, ask and do, for one environment after another."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from generator.errors import TfstencilError, UsageError
from generator.kept.binding import modules_digest
from generator.operations.changes.consent import require_way_to_consent
from generator.operations.changes.execution import Execution
from generator.operations.changes.review import Review
from generator.operations.changes.rollout import Rollout
from generator.operations.changes.run_result import Outcome, RunResult
from generator.operations.inputs.unread import warn_of_foreign
from generator.operations.targets.stacks import open_stacks
from generator.rollout.record import Records, RolloutRecord
from generator.rollout.waves import Member, waves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.operations.requests import ChangeRequest
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.operations.targets.targets import Target
    from generator.rollout.waves import Wave
    from generator.workspace import Workspace


def change(run: Run, request: ChangeRequest, locate: Callable[[Workspace, Sequence[str]], list[Target]]) -> RunResult:
    """Plan, show, ask, and do it, environment after environment.

    Args:
        run: the call.
        request: what was asked for.
        locate: finds the environments by their names and globs.
    """
    begin = monotonic()
    records = Records(run.workspace, request.verb, request.mode.value)
    record = _resumed(request, records) if request.resume else None
    request = _with_patterns(request, record)
    targets = locate(run.workspace, record.names if record else request.patterns)
    names = [target.name for target in targets]
    warn_of_foreign(run.reporter, run.workspace, names)
    command = f"tfstencil {request.verb} {'--resume' if record else ' '.join(names)}"
    require_way_to_consent(run, targets, request.mode, request.consent, command=command)
    guards = Review(run.workspace, request.mode, allowed=request.allowed, is_destroy=request.verb == "destroy")
    guards.require_one(targets)
    record = record or RolloutRecord(request.verb, request.mode.value, list(request.patterns), request.wave, names)
    recorded = _Recorded(Execution(run, request, guards), request, records, record)
    return recorded.over(open_stacks(run, targets, request.mode), begin)


def _with_patterns(request: ChangeRequest, record: RolloutRecord | None) -> ChangeRequest:
    if record:
        return replace(request, patterns=tuple(record.patterns), wave=record.wave)
    # What --yes names is meant, also where it is named there alone; without any name, all are.
    return replace(request, patterns=(*request.patterns, *request.consent.names))


def _resumed(request: ChangeRequest, records: Records) -> RolloutRecord:
    if request.patterns or request.wave:
        raise UsageError(
            "--resume takes the environments and the order of the run that it resumes",
            hint=f"leave them out: tfstencil {request.verb} --resume",
        )
    return records.unfinished()


class _Recorded:
    """One run, and the record of how far it got."""

    def __init__(self, execution: Execution, request: ChangeRequest, records: Records, record: RolloutRecord) -> None:
        self._execution = execution
        self._workspace = execution.workspace
        self._request = request
        self._records = records
        self._record = record

    def over(self, stacks: Sequence[OpenStack], begin: float) -> RunResult:
        """Take environments through it; where it is interrupted between two terraforms, it is concluded first."""
        request = self._request
        rollout = Rollout(
            self._execution,
            {stack.name: stack for stack in stacks},
            parallelism=request.parallelism,
            on_finished=self._note,
        )
        order = self._waves(stacks)
        rollout.outcomes = self._finished_before(stacks)
        self._keep()
        try:
            rollout.run(order)
        except BaseException as error:
            self._execution.run.reporter.ended(self._result(stacks, rollout.outcomes, ended_by=error))
            raise
        finally:
            self._execution.close()
        result = self._result(stacks, rollout.outcomes, seconds=monotonic() - begin)
        if result.ok:
            self._records.drop()
        return result

    def _waves(self, stacks: Sequence[OpenStack]) -> list[Wave]:
        members = {stack.name: Member(stack.target.environment_class, stack.target.needs) for stack in stacks}
        return waves(members, by_class=self._request.wave, destroying=self._request.verb == "destroy")

    def _result(
        self,
        stacks: Sequence[OpenStack],
        outcomes: dict[str, Outcome],
        *,
        seconds: float = 0.0,
        ended_by: BaseException | None = None,
    ) -> RunResult:
        every = [
            outcomes.get(stack.name) or Outcome(stack.name, stack.target.environment_class, "not begun")
            for stack in stacks
        ]
        ended = ended_by if isinstance(ended_by, TfstencilError) else None
        targets = {stack.name: stack.target for stack in stacks}
        return RunResult(self._request.verb, self._request.mode, every, seconds, ended, targets)

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
