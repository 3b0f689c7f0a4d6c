"""Offline plans: all environments in one terraform, from the cache where nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.adoption.declared import short_address, unplanned
from generator.display import plural
from generator.errors import SpecError, TerraformError, TfstencilError
from generator.fleet.member import read_member
from generator.fleet.plan import plan_fleet
from generator.operations.inputs.assembly import Assembly
from generator.operations.plans.several import Plans
from generator.operations.provenance.failures import traced
from generator.terraform import Planned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.checks.guards.settings import Settings
    from generator.fleet.member import Member
    from generator.fleet.plan import FleetPlan
    from generator.model.loading.load import Environment
    from generator.operations.requests import PlanRequest
    from generator.operations.run import Run
    from generator.plans.plan import Plan


def offline_plans(run: Run, request: PlanRequest, environments: Sequence[Environment], _settings: Settings) -> Plans:
    """Plan environments from nothing, together.

    Args:
        run: the call.
        request: what was asked for.
        environments: whose modules are as their specs say.
    """
    # From the disk: files of the user's own may lie beside what was rendered, and are planned as well.
    members = [
        read_member(run.workspace, item.name, account=item.spec.account, region=item.spec.region)
        for item in environments
    ]
    for item in environments:
        if item.spec.adopted:
            number = plural(len(item.spec.adopted), "resource")
            run.reporter.note(f"{item.name}: {number} to be taken over; an offline plan shows them as to be created")
    fleet = fleet_of(run, members, cache=request.cache)
    assembly = Assembly(run.workspace)
    failures: dict[str, TfstencilError] = {
        name: _traced(error, assembly, name) for name, error in fleet.failures.items()
    }
    failures |= _refused(environments, fleet.plans)
    return Plans(
        {name: _planned(run, plan, fleet.seconds) for name, plan in fleet.plans.items() if name not in failures},
        failures,
        cached=frozenset(fleet.cached),
        seconds=fleet.seconds,
        runs=fleet.runs,
        warnings=list(dict.fromkeys(str(item) for item in fleet.warnings if not item.is_error)),
    )


def _refused(environments: Sequence[Environment], plans: Mapping[str, Plan]) -> Iterator[tuple[str, SpecError]]:
    """Yield the environments that take over what their plan does not have: Terraform would refuse to, later."""
    for item in environments:
        if item.spec.adopted and item.name in plans:
            planned = {
                short_address(each.module.removeprefix("module."), f"{each.type}.{each.name}", each.index)
                for each in plans[item.name].resources
            }
            problems = list(unplanned(item.merged, item.spec.adopted, planned))
            if problems:
                yield item.name, SpecError(problems)


def fleet_of(run: Run, members: Sequence[Member], *, cache: bool = True) -> FleetPlan:
    """Plan what was rendered, and tell how far it is.

    Args:
        run: the call.
        members: what was rendered.
        cache: answer from plans that were made before.
    """
    with run.reporter.progress("planning", total=len(members)) as shown:
        return plan_fleet(run.workspace, members, cache=cache, verbose=run.verbose, on_done=shown.advance)


def _planned(run: Run, plan: Plan, seconds: float) -> Planned:
    # There is no plan file: an offline plan cannot be applied.
    nowhere = run.workspace.scratch / "offline.tfplan"
    return Planned(plan, nowhere, has_changes=not plan.is_empty, diagnostics=(), seconds=seconds)


def _traced(error: TerraformError, assembly: Assembly, name: str) -> TerraformError:
    try:
        with traced(assembly, name):
            raise error
    except TerraformError as led_back:
        return led_back
