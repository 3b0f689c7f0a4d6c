"""Plans that are made to be looked at, or to be kept for an apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from generator.checks.guards.ownership import recorded_in_plan, require_own
from generator.kept.encryption import PassphraseSeal, passphrase
from generator.kept.saved_plan import SavedPlan
from generator.kept.seal import own_key
from generator.kept.unfit_plans import taints
from generator.operations.changes.apply_events import following
from generator.operations.inputs.assembly import Assembly
from generator.operations.provenance.failures import traced
from generator.operations.targets.targets import owner_of
from generator.rollout.fresh_plans import FreshPlans

if TYPE_CHECKING:
    from generator.checks.guards.settings import Settings
    from generator.kept.seal import Seal
    from generator.operations.reporter import Progress
    from generator.operations.targets.stacks import OpenStack
    from generator.terraform import Planned
    from generator.terraform.plan_options import PlanOptions
    from generator.workspace import Workspace


def seal_for(workspace: Workspace, settings: Settings, *, encrypt: bool) -> Seal:
    """Return what seals plans, before any is made.

    Args:
        workspace: where.
        settings: may ask for encryption.
        encrypt: whether the command line does.

    Raises:
        SavedPlanError: key or passphrase cannot be had.
        ToolError: encryption is not installed.
    """
    return PassphraseSeal(passphrase()) if encrypt or settings.encrypt_plans else own_key(workspace)


class PlanMaker:
    """Makes plans; their files go at the end, but for what was sealed and kept.

    Args:
        workspace: where.
        seal: what seals them; None where they are only looked at.
        options: what kind of plans.
    """

    def __init__(self, workspace: Workspace, seal: Seal | None, options: PlanOptions | None = None) -> None:
        self._workspace = workspace
        self._seal = seal
        self._options = options
        self._fresh = FreshPlans(workspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # They hold every value in plain text.
        self._fresh.clear()

    def plan(self, stack: OpenStack, shown: Progress) -> Planned:
        """Plan one environment, and keep the plan where that is wished; may run in several threads.

        Raises:
            TerraformError: terraform cannot plan.
            ForeignStateError: the state holds resources of another environment.
            SavedPlanError: it cannot be kept.
        """
        mode = stack.runner.mode
        with traced(Assembly(self._workspace), stack.name):
            state = stack.state() if self._seal else ("", 0)
            file = self._fresh.file(mode.value, stack.name)
            planned = stack.runner.plan(self._options, out=file, on_event=following(shown, stack.name))
        require_own(recorded_in_plan(planned.plan), owner_of(self._workspace, stack.target))
        if self._seal:
            binding = stack.binding(self._workspace, state)
            saved = SavedPlan(self._workspace, stack.name, mode)
            saved.keep(file, binding, self._seal, taints(planned.plan, mode))
        return planned
