"""A plan that is shown, agreed to, and then done exactly as shown: the way of `apply` and of `destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.cli.consent import consents
from generator.cli.outcomes import Outcome
from generator.cli.pipeline import Pipeline
from generator.cli.plan_view import plan_view, warnings_of
from generator.cli.provenance import traced
from generator.cli.run_view import Applied, following
from generator.guards.saved_plan import SavedPlan
from generator.rollout.fresh_plans import FreshPlans
from generator.terraform import Planned
from generator.terraform.adapter import PlanOptions

if TYPE_CHECKING:
    from generator.cli.progress import Progress
    from generator.cli.session import Session
    from generator.cli.stacks import OpenStack
    from generator.workspace import Workspace

_PAST: Final = {"apply": "applied", "destroy": "destroyed"}


class Execution:
    """One `apply` or `destroy`, as it is done for each environment.

    `plan` and `do` may run in several threads, one an environment; `review` and `discard` belong to the main thread.

    Args:
        session: for questions.
        workspace: where.
        verb: `apply` or `destroy`.
        yes: whether `--yes` was given.
    """

    def __init__(self, session: Session, workspace: Workspace, verb: str, *, yes: bool) -> None:
        self.session = session
        self.workspace = workspace
        self.verb = verb
        self.yes = yes
        self._fresh = FreshPlans(workspace)

    def plan(self, stack: OpenStack, shown: Progress) -> Planned:
        """Return the kept plan where there is one, else a fresh one.

        Raises:
            OutputError: the kept plan does not fit any more.
            TerraformError: terraform cannot plan.
        """
        saved = self._saved(stack)
        if self.verb == "apply" and saved.exists:
            return self._kept(stack, saved)
        file = self._fresh.file(stack.runner.mode.value, stack.name)
        options = PlanOptions(destroy=self.verb == "destroy")
        with traced(Pipeline(self.workspace), stack.name):
            return stack.runner.plan(options, out=file, on_event=following(shown, stack.name))

    def review(self, stack: OpenStack, planned: Planned) -> Outcome | None:
        """Show a plan, and ask; None where it is to be done."""
        console, saved = self.session.console, self._saved(stack)
        if planned.file == saved.file:
            console.note(f"{stack.name}: the kept plan {self.workspace.relative(saved.file)} is applied")
        for part in plan_view(stack.title, planned):
            console.show(part)
        for warning in warnings_of(planned):
            console.warn(warning)
        if not planned.has_changes:
            return self._outcome(stack, "unchanged", planned.seconds)
        if not consents(self.session, stack.place, stack.runner.mode, yes=self.yes, verb=self.verb):
            return self._outcome(stack, "declined", planned.seconds)
        return None

    def do(self, stack: OpenStack, planned: Planned, applied: Applied) -> Outcome:
        """Do what was shown.

        Raises:
            TerraformError: it failed, perhaps after some of its changes.
        """
        with traced(Pipeline(self.workspace), stack.name):
            run = stack.runner.apply(planned, on_event=applied.on_event)
        return Outcome(
            stack.name,
            stack.place.environment_class,
            _PAST[self.verb],
            dict(applied.done),
            run.seconds,
            self.workspace.relative(run.log),
        )

    def discard(self, stack: OpenStack, planned: Planned) -> None:
        """Forget a kept plan that was done or is not needed; one that was declined may still be agreed to."""
        saved = self._saved(stack)
        # Terraform's runner has deleted the file that it has applied.
        if planned.file == saved.file and (not planned.has_changes or not saved.exists):
            saved.drop()

    def close(self) -> None:
        """Delete every plan that was made here, however the run ended."""
        self._fresh.clear()

    def _saved(self, stack: OpenStack) -> SavedPlan:
        return SavedPlan(self.workspace, stack.name, stack.runner.mode)

    def _kept(self, stack: OpenStack, saved: SavedPlan) -> Planned:
        saved.require(stack.binding(self.workspace))
        plan = stack.runner.terraform.show(saved.file)
        return Planned(plan, saved.file, not plan.is_empty, (), 0.0)

    def _outcome(self, stack: OpenStack, status: str, seconds: float) -> Outcome:
        return Outcome(stack.name, stack.place.environment_class, status, seconds=seconds)
