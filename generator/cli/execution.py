"""Plans that are shown, agreed to, and then done exactly as shown: the way of `apply` and of `destroy`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.cli.consent import consents
from generator.cli.pipeline import Pipeline
from generator.cli.plan_view import plan_view, warnings_of
from generator.cli.progress import progress
from generator.cli.provenance import traced
from generator.cli.run_view import Applied, following
from generator.guards.saved_plan import SavedPlan
from generator.terraform import Planned
from generator.terraform.adapter import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator.cli.session import Session
    from generator.cli.stacks import OpenStack
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one environment.

    Attributes:
        name: the environment.
        status: `applied`, `destroyed`, `unchanged` (nothing was to be done) or `declined`.
        done: number of resources by action.
        seconds: how long terraform took.
    """

    name: str
    status: str
    done: dict[str, int]
    seconds: float

    def as_data(self) -> dict[str, object]:
        """Write it as JSON data."""
        return {"name": self.name, "status": self.status, "done": self.done, "seconds": round(self.seconds, 2)}


class Execution:
    """One `apply` or `destroy`.

    Args:
        session: for questions and progress.
        workspace: where.
        verb: `apply` or `destroy`.
        yes: whether `--yes` was given.
    """

    def __init__(self, session: Session, workspace: Workspace, verb: str, *, yes: bool) -> None:
        self.session = session
        self.workspace = workspace
        self.verb = verb
        self.yes = yes

    def run(self, stacks: Sequence[OpenStack]) -> list[Outcome]:
        """Plan and do one environment after the other; the first failure ends it.

        Raises:
            TerraformError: a plan or an apply failed; what was done before is said.
        """
        outcomes: list[Outcome] = []
        try:
            for stack in stacks:
                outcomes.append(self._one(stack))  # noqa: PERF401  # after a failure the list says what was done
        except BaseException:
            self._say_where_it_ended(stacks, outcomes)
            raise
        return outcomes

    def _one(self, stack: OpenStack) -> Outcome:
        with self._planned(stack) as planned:
            self._show(stack, planned)
            if not planned.has_changes:
                return Outcome(stack.name, "unchanged", {}, planned.seconds)
            if not consents(self.session, stack.place, stack.runner.mode, yes=self.yes, verb=self.verb):
                return Outcome(stack.name, "declined", {}, planned.seconds)
            return self._do(stack, planned)

    @contextmanager
    def _planned(self, stack: OpenStack) -> Iterator[Planned]:
        """Hand over the kept plan where there is one, else a fresh one; either is deleted afterwards."""
        saved = SavedPlan(self.workspace, stack.name, stack.runner.mode)
        if self.verb == "apply" and saved.exists:
            planned = self._kept(stack, saved)
            yield planned
            # Terraform's runner deletes what it has applied; what was declined may still be agreed to.
            if not planned.has_changes or not saved.exists:
                saved.drop()
            return
        file = saved.file.with_name(f"{stack.name}-{os.getpid()}.tfplan")
        try:
            yield self._fresh(stack, file)
        finally:
            file.unlink(missing_ok=True)

    def _fresh(self, stack: OpenStack, file: Path) -> Planned:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        options = PlanOptions(destroy=self.verb == "destroy")
        traces = traced(Pipeline(self.workspace), stack.name)
        with traces, progress(self.session.options, f"{stack.name}: planning") as shown:
            return stack.runner.plan(options, out=file, on_event=following(shown, stack.name))

    def _kept(self, stack: OpenStack, saved: SavedPlan) -> Planned:
        with progress(self.session.options, f"{stack.name}: reading the kept plan"):
            saved.require(stack.binding(self.workspace))
            self.session.console.note(f"{stack.name}: the kept plan {self.workspace.relative(saved.file)} is applied")
            plan = stack.runner.terraform.show(saved.file)
            return Planned(plan, saved.file, not plan.is_empty, (), 0.0)

    def _show(self, stack: OpenStack, planned: Planned) -> None:
        for part in plan_view(stack.title, planned):
            self.session.console.show(part)
        for warning in warnings_of(planned):
            self.session.console.warn(warning)

    def _do(self, stack: OpenStack, planned: Planned) -> Outcome:
        past = "destroyed" if self.verb == "destroy" else "applied"
        total = sum(planned.plan.counts().values())
        traces = traced(Pipeline(self.workspace), stack.name)
        with traces, progress(self.session.options, f"{stack.name}: {self.verb}", total=total) as shown:
            applied = Applied(shown, stack.name)
            run = stack.runner.apply(planned, on_event=applied.on_event)
        self.session.console.show(f"  {past}: {applied.words or 'outputs only'} in {run.seconds:.0f} s")
        return Outcome(stack.name, past, dict(applied.done), run.seconds)

    def _say_where_it_ended(self, stacks: Sequence[OpenStack], outcomes: Sequence[Outcome]) -> None:
        finished = [outcome.name for outcome in outcomes]
        ended = len(finished)
        if ended and ended < len(stacks):
            later = ", ".join(stack.name for stack in stacks[ended + 1 :])
            message = f"{', '.join(finished)}: finished; {stacks[ended].name}: ended here"
            self.session.console.warn(f"{message}; not begun: {later}" if later else message)
