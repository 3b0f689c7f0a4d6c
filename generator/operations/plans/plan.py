"""Plan: what Terraform would change, offline, against the sandbox or against AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.operations.changes.review import Review
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.freshness import require_fresh
from generator.operations.inputs.unread import warn_of_foreign
from generator.operations.plans.against_state import state_plans
from generator.operations.plans.offline import offline_plans
from generator.operations.targets.targets import target_of
from generator.terraform import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.operations.changes.review import Judgement
    from generator.operations.plans.several import Plans
    from generator.operations.requests import PlanRequest
    from generator.operations.run import Run
    from generator.operations.targets.targets import Target


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What would change.

    Attributes:
        mode: offline, or against which states.
        targets: the environments, by name.
        plans: of those that could be planned, and why others could not.
        judgements: what guards and rules say of each plan.
    """

    mode: Mode
    targets: Mapping[str, Target]
    plans: Plans
    judgements: Mapping[str, Judgement]

    @property
    def ok(self) -> bool:
        """Whether every environment could be planned."""
        return not self.plans.failures

    @property
    def has_changes(self) -> bool:
        """Whether anything would change anywhere."""
        return any(planned.has_changes for planned in self.plans.made.values())

    @property
    def is_refused(self) -> bool:
        """Whether a guard or a rule would refuse to apply any of the plans."""
        return any(judgement.refusals for judgement in self.judgements.values())


def plan(run: Run, request: PlanRequest) -> PlanResult:
    """Plan environments.

    Args:
        run: the call.
        request: what was asked for.

    Raises:
        TfstencilError: a spec is wrong, modules are stale, or terraform cannot be used at all.
    """
    workspace = run.workspace
    guards = Review(workspace, request.mode)
    assembly = Assembly(workspace)
    environments = assembly.load(workspace.select(request.patterns))
    require_fresh(assembly, environments)
    warn_of_foreign(run.reporter, workspace, [item.name for item in environments])
    make = offline_plans if request.mode is Mode.OFFLINE else state_plans
    plans = make(run, request, environments, guards.settings)
    targets = {item.name: target_of(item) for item in environments}
    return PlanResult(
        request.mode,
        targets,
        plans,
        {name: guards.judge(targets[name], planned.plan) for name, planned in plans.made.items()},
    )
