"""The plan of every shipped environment keeps its contract; one terraform plans all, where they are not in the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from identities import CLAIMED, FREE, GROUP, borne, claimed, rendered_types
from statement_faults import stack_faults

from generator.checks.contracts.contract import read_contract
from generator.checks.contracts.judge import judge
from generator.fleet.plan import plan_fleet
from generator.operations.plans.fleet_members import prepare
from generator.plans.planned import planned_stack
from generator.reports.checks.contracts import mismatch_lines
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.checks.contracts.judge import ContractVerdict
    from generator.fleet.plan import FleetPlan
    from generator.operations.plans.fleet_members import PreparedFleet

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]

SHIPPED = Workspace.find(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def shipped() -> tuple[PreparedFleet, FleetPlan]:
    """Render the shipped environments from their specs, and plan all of them together."""
    fleet = prepare(SHIPPED, SHIPPED.environment_names())
    return fleet, plan_fleet(SHIPPED, fleet.members)


@pytest.fixture(scope="module")
def verdict(shipped: tuple[PreparedFleet, FleetPlan]) -> Callable[[str], ContractVerdict]:
    """Return what came of the contract of an environment."""
    fleet, planned = shipped
    by_name = {prepared.name: prepared for prepared in fleet.environments}

    def of(name: str) -> ContractVerdict:
        contract = read_contract(SHIPPED, name)
        assert contract, f"no contract: tfstencil test {name} --update drafts one"
        assert name in planned.plans, str(planned.failures.get(name))
        return judge(contract, by_name[name], fleet.engine, planned.plans[name])

    return of


@pytest.mark.parametrize("name", SHIPPED.environment_names())
def test_the_plan_of_a_shipped_environment_keeps_its_contract(
    name: str, verdict: Callable[[str], ContractVerdict]
) -> None:
    found = verdict(name)
    if found.mismatches:
        pytest.fail(click.unstyle("\n".join(mismatch_lines(found))), pytrace=False)
    assert found.expectations > 20, "a contract that says next to nothing"


def test_every_name_that_a_shipped_environment_bears_is_claimed_and_no_other(
    shipped: tuple[PreparedFleet, FleetPlan],
) -> None:
    fleet, planned = shipped
    for prepared in fleet.environments:
        assert borne(planned_stack(planned.plans[prepared.name])) == claimed(prepared.environment), prepared.name


def test_every_type_of_resource_that_we_render_is_claimed_or_says_why_not() -> None:
    types = rendered_types(SHIPPED.root / "templates")
    assert types - {*CLAIMED, *FREE, GROUP} == set()
    assert {*CLAIMED, *FREE, GROUP} - types <= {"terraform_data"}


def test_every_statement_is_one_that_aws_knows(shipped: tuple[PreparedFleet, FleetPlan]) -> None:
    seen = 0
    for name, plan in shipped[1].plans.items():
        number, found = stack_faults(planned_stack(plan))
        assert found == [], name
        seen += number
    assert seen > 300
