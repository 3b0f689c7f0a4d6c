"""A plan that is shown, agreed to, and then done exactly as shown: the way of `apply` and of `destroy`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from generator.checks.guards.ownership import recorded_in_plan, recorded_in_state, require_own
from generator.fleet.refreshed import RefreshedPlans
from generator.kept.history import BEGUN, DONE, FAILED, HistoryEntry
from generator.kept.saved_plan import OpenPlan, SavedPlan
from generator.kept.unfit_plans import taints
from generator.operations.changes.apply_events import Applied, following
from generator.operations.changes.consent import consents
from generator.operations.changes.review import Reviewed
from generator.operations.changes.run_result import Outcome
from generator.operations.inputs.assembly import Assembly
from generator.operations.provenance.failures import traced
from generator.operations.targets.targets import owner_of
from generator.plans.sensitive import sensitive_values
from generator.rollout.fresh_plans import FreshPlans
from generator.terraform import Planned
from generator.terraform.layout import version_folder
from generator.terraform.plan_options import PlanOptions
from generator.terraform.state.backends import place_of
from generator.terraform.state.versions import StateVersions, held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.errors import RefusedError
    from generator.operations.changes.review import Judgement, Review
    from generator.operations.reporter import Progress
    from generator.operations.requests import ChangeRequest
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack

_PAST: Final = {"apply": "applied", "bootstrap": "applied", "destroy": "destroyed"}


class Execution:
    """One `apply` or `destroy`, as it is done for each environment.

    `plan` and `do` may run in several threads, one per environment; all else belongs to the main thread.

    Args:
        run: the call; its reporter shows plans and is asked.
        request: what was asked for.
        guards: judge every plan.
    """

    def __init__(self, run: Run, request: ChangeRequest, guards: Review) -> None:
        self.run = run
        self.workspace = run.workspace
        self.verb = request.verb
        self._request = request
        self._guards = guards
        self._fresh = FreshPlans(run.workspace)
        self._kept: dict[str, OpenPlan] = {}
        self._judged: dict[str, Judgement] = {}

    def plan(self, stack: OpenStack, shown: Progress) -> Planned:
        """Return the kept plan where there is one, else a fresh one.

        Raises:
            SavedPlanError: the kept plan does not fit any more.
            TerraformError: terraform cannot plan.
            ForeignStateError: the state holds resources of another environment.
        """
        saved = SavedPlan(self.workspace, stack.name, stack.runner.mode)
        file = self._fresh.file(stack.runner.mode.value, stack.name)
        if self.verb == "apply" and saved.exists:
            return self._open(stack, saved, file)
        options = PlanOptions(destroy=self.verb == "destroy")
        if options.destroy:
            require_own(recorded_in_state(held(stack.runner)), owner_of(self.workspace, stack.target))
        with traced(Assembly(self.workspace), stack.name):
            planned = stack.runner.plan(options, out=file, on_event=following(shown, stack.name))
        return self._own(stack, planned)

    def refusal(self, stack: OpenStack, planned: Planned) -> RefusedError | None:
        """Judge a plan; where it is refused, show it and why.

        Raises:
            UsageError: what `--allow` names is not refused.
        """
        self.run.redactor.add(sensitive_values(planned.plan))
        judgement = self._guards.judge(stack.target, planned.plan)
        self._judged[stack.name] = judgement
        target = " --sandbox" if stack.runner.mode.is_mocked else ""
        error = self._guards.refused(stack.target, judgement, f"tfstencil {self.verb} {stack.name}{target}")
        if error:
            self._show(stack, planned)
        return error

    def review(self, stack: OpenStack, planned: Planned) -> Outcome | None:
        """Show a plan, and ask; None where it is to be done."""
        if stack.name in self._kept:
            self.run.reporter.note(f"{stack.name}: the plan that was kept is applied")
        self._show(stack, planned)
        if not planned.has_changes:
            return self._outcome(stack, "unchanged", planned.seconds)
        if not consents(self.run, stack.target, stack.runner.mode, self._request.consent, verb=self.verb):
            return self._outcome(stack, "declined", planned.seconds)
        return None

    def do(self, stack: OpenStack, planned: Planned, applied: Applied) -> Outcome:
        """Do what was shown.

        Raises:
            SavedPlanError: another process used the kept plan meanwhile.
            OutputError: what the state is now cannot be noted; nothing was changed.
            TerraformError: it failed, perhaps after some of its changes.
        """
        versions = StateVersions(version_folder(self.workspace, stack.name, stack.runner.mode))
        versions.note(stack.runner, self.verb)
        if stack.name in self._kept:
            self._kept[stack.name].use_up()
        RefreshedPlans(self.workspace, stack.runner.mode.value).forget(stack.name)
        with self._recorded(stack, planned, applied), traced(Assembly(self.workspace), stack.name):
            run = stack.runner.apply(planned, on_event=applied.on_event)
        return Outcome(
            stack.name,
            stack.target.environment_class,
            _PAST[self.verb],
            dict(applied.done),
            run.seconds,
            self.workspace.relative(run.log),
        )

    @contextmanager
    def _recorded(self, stack: OpenStack, planned: Planned, applied: Applied) -> Iterator[None]:
        """Record beside the state what is done, what was allowed for it, and how it ended."""
        history = self._guards.history(stack.target)
        reasons = {leave.consent: leave.reason for leave in self._guards.leaves}
        judgement = self._judged.get(stack.name)
        allowed = tuple(
            {"refusal": refusal.consent, "says": refusal.reason, "reason": reasons.get(refusal.consent, "")}
            for refusal in (judgement.allowed if judgement else ())
        )
        at = place_of(stack.runner.layout.source)
        makes = [each.address for each in planned.plan.resources if each.mode == "managed" and "create" in each.actions]
        history.add(HistoryEntry(self.verb, BEGUN, tuple(makes), allowed, state=at))
        try:
            yield
        except BaseException:
            unfinished = tuple(address for address in makes if address not in applied.finished)
            history.add(HistoryEntry(self.verb, FAILED, unfinished, allowed, state=at))
            raise
        else:
            history.add(HistoryEntry(self.verb, DONE, (), allowed, state=at))
        finally:
            for problem in dict.fromkeys(history.problems):
                self.run.reporter.warn(problem)

    def discard(self, stack: OpenStack, planned: Planned) -> None:
        """Forget a kept plan that is not needed; one that was declined or refused may still be agreed to."""
        if stack.name in self._kept and not planned.has_changes:
            SavedPlan(self.workspace, stack.name, stack.runner.mode).drop()

    def close(self) -> None:
        """Delete every plan that was made here, however the run ended."""
        self._fresh.clear()

    def _open(self, stack: OpenStack, saved: SavedPlan, file: Path) -> Planned:
        oldest = self._request.max_age or self._guards.settings.plan_age
        kept = saved.open(stack.binding(self.workspace, stack.state()), file, oldest=oldest)
        plan = stack.runner.terraform.show(kept.file)
        saved.refuse(taints(plan, stack.runner.mode))
        self._kept[stack.name] = kept
        return self._own(stack, Planned(plan, kept.file, not plan.is_empty, (), 0.0))

    def _own(self, stack: OpenStack, planned: Planned) -> Planned:
        require_own(recorded_in_plan(planned.plan), owner_of(self.workspace, stack.target))
        return planned

    def _show(self, stack: OpenStack, planned: Planned) -> None:
        self.run.reporter.reviewed(Reviewed(stack, planned, self._judged[stack.name], self.verb))

    def _outcome(self, stack: OpenStack, status: str, seconds: float) -> Outcome:
        return Outcome(stack.name, stack.target.environment_class, status, seconds=seconds)
