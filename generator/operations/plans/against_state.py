"""Plans against states, AWS's or the sandbox's: each environment by a terraform of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator.operations.plans.cached import CachedPlans
from generator.operations.plans.maker import PlanMaker, seal_for
from generator.operations.plans.queue import plan_all
from generator.operations.plans.several import Plans
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import target_of
from generator.plans.sensitive import sensitive_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.checks.guards.settings import Settings
    from generator.model.loading.load import Environment
    from generator.operations.reporter import Progress
    from generator.operations.requests import PlanRequest
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.terraform import Planned


def state_plans(run: Run, request: PlanRequest, environments: Sequence[Environment], settings: Settings) -> Plans:
    """Plan environments against their states, or show plans again that were made before.

    Args:
        run: the call.
        request: what was asked for.
        environments: whose modules are as their specs say.
        settings: may ask for encryption of what is kept.
    """
    seal = seal_for(run.workspace, settings, encrypt=request.encrypt) if request.save else None
    stacks = open_stacks(run, [target_of(item) for item in environments], request.mode)
    cached = CachedPlans(run.workspace, request.mode, request.oldest, settings.table)
    known = {stack.name: found for stack in stacks if (found := cached.recall(stack))}
    with PlanMaker(run.workspace, seal) as maker:

        def make(stack: OpenStack, shown: Progress) -> Planned:
            begin = datetime.now(UTC)
            planned = maker.plan(stack, shown)
            cached.keep(stack, planned, begin)
            return planned

        missing = [stack for stack in stacks if stack.name not in known]
        made, failures = plan_all(run, missing, make, parallelism=request.parallelism)
    run.redactor.add(value for planned in made.values() for value in sensitive_values(planned.plan))
    made |= {name: cached.shown(found) for name, found in known.items()}
    return Plans(
        {stack.name: made[stack.name] for stack in stacks if stack.name in made},
        failures,
        refreshed_at={name: found.at for name, found in known.items()},
    )
