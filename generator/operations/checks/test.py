"""Test: the plans of environments against their contracts, `tests/plans/ENV.yaml`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.contracts.contract import contract_path, read_contract
from generator.checks.contracts.judge import ContractVerdict, judge
from generator.checks.contracts.write import rewritten
from generator.errors import UsageError
from generator.operations.plans.fleet_members import prepare
from generator.operations.plans.offline import fleet_of
from generator.plans.planned import planned_stack
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.fleet.plan import FleetPlan
    from generator.operations.plans.fleet_members import PreparedFleet
    from generator.operations.run import Run
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ContractResult:
    """What plans keep of their contracts.

    Attributes:
        verdicts: one for each environment that has a contract and could be planned.
        planned: the plans, and why others have none.
        without: environments that have no contract.
    """

    verdicts: Sequence[ContractVerdict]
    planned: FleetPlan
    without: Sequence[str]

    @property
    def failed(self) -> list[ContractVerdict]:
        """Those that break their contract."""
        return [verdict for verdict in self.verdicts if verdict.mismatches]

    @property
    def ok(self) -> bool:
        """Whether every contract is kept."""
        return not self.failed and not self.planned.failures


@dataclass(frozen=True, slots=True)
class ContractUpdate:
    """Contracts that were written.

    Attributes:
        planned: the plans, and why others have none.
        written: files, relative to the workspace.
        diff: lines of a unified diff.
    """

    planned: FleetPlan
    written: Sequence[str]
    diff: Sequence[str]

    @property
    def ok(self) -> bool:
        """Whether every environment could be planned."""
        return not self.planned.failures


def test(run: Run, patterns: Sequence[str] = (), *, cache: bool = True) -> ContractResult:  # noqa: PT028  # not one of pytest's
    """Plan environments offline, as their specs are now, and check each plan against its contract.

    Args:
        run: the call.
        patterns: names and globs of environments; none for all.
        cache: answer from plans that were made before.

    Raises:
        UsageError: none of them has a contract.
    """
    workspace = run.workspace
    names = workspace.select(patterns)
    fleet = prepare(workspace, names)
    wanted = [name for name in names if contract_path(workspace, name).is_file()]
    if not wanted:
        missing = ", ".join(workspace.relative(contract_path(workspace, name)) for name in names[:3])
        raise UsageError(f"no contract to check: there is no {missing}", hint="tfstencil test --update drafts them")
    planned = fleet_of(run, [member for member in fleet.members if member.name in wanted], cache=cache)
    return ContractResult(_verdicts(workspace, fleet, planned), planned, [name for name in names if name not in wanted])


def update(run: Run, patterns: Sequence[str] = (), *, cache: bool = True) -> ContractUpdate:
    """Write the contracts that are missing, and what no longer holds in the others.

    Args:
        run: the call.
        patterns: names and globs of environments; none for all.
        cache: answer from plans that were made before.
    """
    workspace = run.workspace
    planned = fleet_of(run, prepare(workspace, workspace.select(patterns)).members, cache=cache)
    lines: list[str] = []
    written: list[str] = []
    for name, plan in planned.plans.items():
        path = contract_path(workspace, name)
        file = workspace.relative(path)
        before = path.read_text("utf-8") if path.is_file() else ""
        after = rewritten(read_contract(workspace, name), before, name, planned_stack(plan))
        if before != after:
            new = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{file}", f"b/{file}", lineterm="")
            lines += new
            replace_file(path, after)
            written.append(file)
    return ContractUpdate(planned, written, lines)


def _verdicts(workspace: Workspace, fleet: PreparedFleet, planned: FleetPlan) -> list[ContractVerdict]:
    return [
        judge(contract, prepared, fleet.engine, planned.plans[prepared.name])
        for prepared in fleet.environments
        if prepared.name in planned.plans and (contract := read_contract(workspace, prepared.name))
    ]
