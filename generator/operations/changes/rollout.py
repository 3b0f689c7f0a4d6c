"""Environments taken through `apply` or `destroy`: wave after wave, a few at a time, each in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import ForeignStateError, InterruptedRunError, RefusedError
from generator.operations.changes.apply_events import Applied
from generator.operations.changes.run_result import Outcome
from generator.operations.plans.queue import plan_all
from generator.rollout.durations import Durations
from generator.rollout.queue import work_off

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.errors import TfstencilError
    from generator.operations.changes.execution import Execution
    from generator.operations.reporter import Board
    from generator.operations.targets.stacks import OpenStack
    from generator.rollout.waves import Wave
    from generator.terraform import Planned


class Rollout:
    """One run over environments.

    Args:
        execution: what is done with each.
        stacks: the environments, by name.
        parallelism: how many are planned and done side by side; None for four plans, and one apply after the other.
        on_finished: called with an environment that is as it was asked for.

    Attributes:
        outcomes: what became of the environments that were begun.
    """

    def __init__(
        self,
        execution: Execution,
        stacks: Mapping[str, OpenStack],
        *,
        parallelism: int | None,
        on_finished: Callable[[str], None],
    ) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self._execution = execution
        self._reporter = execution.run.reporter
        self._stacks = stacks
        self._parallelism = parallelism
        self._on_finished = on_finished

    def run(self, waves: Sequence[Wave]) -> None:
        """Go through the waves; the next needs the success of all that went before."""
        for number, wave in enumerate(waves, 1):
            names = [name for name in wave.names if name not in self.outcomes]
            if names and wave.title:
                self._reporter.wave(wave.title, number, len(waves), len(names))
            self._wave(names)
            if not all(name in self.outcomes and self.outcomes[name].is_good for name in wave.names):
                return

    def _wave(self, names: Sequence[str]) -> None:
        plans = self._plan(names)
        try:
            if len(plans) == len(names) and not self._any_refused(names, plans):
                agreed = [name for name in names if self._is_agreed(name, plans[name])]
                self._do(agreed, plans)
        finally:
            for name, planned in plans.items():
                self._execution.discard(self._stacks[name], planned)

    def _plan(self, names: Sequence[str]) -> dict[str, Planned]:
        """Plan all of a wave; where one cannot be planned, nothing of the wave is done."""
        execution = self._execution
        plans, failures = plan_all(
            execution.run,
            [self._stacks[name] for name in names],
            execution.plan,
            parallelism=self._parallelism,
        )
        for name, error in failures.items():
            self._fail(name, error)
        return plans

    def _any_refused(self, names: Sequence[str], plans: Mapping[str, Planned]) -> bool:
        """Judge all plans of a wave; where one is refused, nothing of the wave is done."""
        refused = {name: self._execution.refusal(self._stacks[name], plans[name]) for name in names}
        for name, error in refused.items():
            if error is not None:
                self._fail(name, error)
        return any(refused.values())

    def _is_agreed(self, name: str, planned: Planned) -> bool:
        outcome = self._execution.review(self._stacks[name], planned)
        if outcome is not None:
            self._end(outcome)
        return outcome is None

    def _do(self, names: Sequence[str], plans: Mapping[str, Planned]) -> None:
        mode = next(iter(self._stacks.values())).runner.mode
        durations = Durations(self._execution.workspace, f"{mode} {self._execution.verb}")
        resources = Durations(self._execution.workspace, f"{mode} resources")
        at_a_time = min(self._parallelism or 1, len(names))
        with self._reporter.board(counted=True) as shown:
            works = {name: _Work(self._execution, self._stacks[name], plans[name], shown) for name in names}

            def do(name: str) -> Outcome:
                return works[name].run(live=at_a_time == 1)

            # One after the other, the order saves no time: then it is the one that people expect.
            order = names if at_a_time == 1 else durations.longest_first(names)
            for ended in work_off(order, do, at_a_time=at_a_time, stop_at_failure=True):
                work = works[ended.name]
                self._reporter.finished(work.lines, ended.value, work.words)
                resources.remember_all(work.slowest)
                if ended.value is not None:
                    durations.remember(ended.name, ended.value.seconds)
                    self._end(ended.value)
                elif ended.error is not None:
                    self._fail(ended.name, ended.error, work.done)

    def _end(self, outcome: Outcome) -> None:
        self.outcomes[outcome.name] = outcome
        if outcome.is_good:
            self._on_finished(outcome.name)

    def _fail(self, name: str, error: TfstencilError, done: Mapping[str, int] | None = None) -> None:
        status = "interrupted" if isinstance(error, InterruptedRunError) else "failed"
        status = "refused" if isinstance(error, RefusedError | ForeignStateError) else status
        target = self._stacks[name].target
        self._end(Outcome(name, target.environment_class, status, done or {}, error=error))


class _Work:
    """What is done with one environment, and what there is to say of it.

    Attributes:
        lines: what was held back, since others were at work at the same time.
    """

    def __init__(self, execution: Execution, stack: OpenStack, planned: Planned, shown: Board) -> None:
        self.lines: list[str] = []
        self._execution = execution
        self._stack = stack
        self._planned = planned
        self._shown = shown
        self._applied: Applied | None = None

    def run(self, *, live: bool) -> Outcome:
        """Do it; what each resource came to is said at once, or at the end in one piece."""
        name, verb = self._stack.name, self._execution.verb
        total = sum(self._planned.plan.counts().values())
        with self._shown.line(f"{name}: {verb}", total) as line:
            say = line.line if live else self.lines.append
            say(f"{name}: {verb}")
            self._applied = Applied(line, name, say)
            return self._execution.do(self._stack, self._planned, self._applied)

    @property
    def done(self) -> dict[str, int]:
        """Number of finished resources by action."""
        return dict(self._applied.done) if self._applied else {}

    @property
    def slowest(self) -> dict[str, float]:
        """Seconds of the slowest resource of each type."""
        return dict(self._applied.slowest) if self._applied else {}

    @property
    def words(self) -> str:
        """What was done."""
        return (self._applied.words if self._applied else "") or "outputs only"
