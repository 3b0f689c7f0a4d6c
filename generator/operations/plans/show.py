"""Show: what a plan says that was kept for an apply, without using it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.guards.ownership import recorded_in_plan, require_own
from generator.errors import SavedPlanError, TfstencilError
from generator.kept.saved_plan import SavedPlan
from generator.kept.unfit_plans import taints
from generator.operations.changes.review import Review
from generator.operations.plans.plan import PlanResult
from generator.operations.plans.several import Plans
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import owner_of, targets_of
from generator.plans.sensitive import sensitive_values
from generator.rollout.fresh_plans import FreshPlans
from generator.terraform import Mode, Planned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """Which kept plans are to be shown.

    Attributes:
        patterns: names and globs of environments; none for all that have a kept plan.
        mode: what they would be applied to.
        max_age: up to how many minutes old they may be; None for what the workspace says.
    """

    patterns: Sequence[str] = ()
    mode: Mode = Mode.REAL
    max_age: int | None = None


def show(run: Run, request: ShowRequest) -> PlanResult:
    """Read kept plans, exactly as an apply would take them.

    Args:
        run: the call.
        request: what was asked for.

    Raises:
        SavedPlanError: none of the environments has a kept plan.
    """
    workspace, mode = run.workspace, request.mode
    names = workspace.select(request.patterns)
    kept = [name for name in names if SavedPlan(workspace, name, mode.value).exists]
    if not kept or (request.patterns and len(kept) < len(names)):
        missing = ", ".join(name for name in names if name not in kept)
        flag = " --sandbox" if mode.is_mocked else ""
        raise SavedPlanError(
            f"no plan was kept for {missing}", hint=f"make one: tfstencil plan {missing.split(',')[0]}{flag} --save"
        )
    guards = Review(workspace, mode)
    oldest = request.max_age or guards.settings.plan_age
    stacks = open_stacks(run, targets_of(workspace, kept, fresh=False), mode)
    made: dict[str, Planned] = {}
    failures: dict[str, TfstencilError] = {}
    fresh = FreshPlans(workspace)
    try:
        for stack in stacks:
            try:
                made[stack.name] = _read(run, stack, fresh, oldest)
            except TfstencilError as error:
                failures[stack.name] = error
    finally:
        # They hold every value in plain text.
        fresh.clear()
    return PlanResult(
        mode,
        {stack.name: stack.target for stack in stacks},
        Plans(made, failures),
        {stack.name: guards.judge(stack.target, made[stack.name].plan) for stack in stacks if stack.name in made},
    )


def _read(run: Run, stack: OpenStack, fresh: FreshPlans, oldest: int) -> Planned:
    mode = stack.runner.mode
    saved = SavedPlan(run.workspace, stack.name, mode.value)
    file = fresh.file(mode.value, stack.name)
    opened = saved.open(stack.binding(run.workspace, stack.state()), file, oldest=oldest)
    plan = stack.runner.terraform.show(opened.file)
    run.redactor.add(sensitive_values(plan))
    saved.refuse(taints(plan, mode))
    require_own(recorded_in_plan(plan), owner_of(run.workspace, stack.target))
    return Planned(plan, opened.file, not plan.is_empty, (), 0.0)
