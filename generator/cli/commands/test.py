"""`tfstencil test`: the plan contracts of the environments."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.progress import progress
from generator.cli.session import Session, environments_argument, with_session
from generator.contracts.contract import contract_path, read_contract
from generator.contracts.judge import Verdict, judge
from generator.contracts.write import rewritten
from generator.display import plural
from generator.errors import UsageError
from generator.fleet.plan import plan_fleet
from generator.fleet.planned import planned_stack
from generator.operations.fleet_members import prepare
from generator.reports.contracts import as_data, mismatch_lines
from generator.reports.diff import colored
from generator.spec.writing import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.fleet.plan import FleetPlan
    from generator.operations.fleet_members import PreparedFleet
    from generator.workspace import Workspace


@click.command(
    "test",
    cls=Command,
    short_help="Check plans against the contracts in tests/plans/.",
    example="tfstencil test 'prod*'",
)
@environments_argument()
@click.option(
    "--update", is_flag=True, help="Write missing contracts; replace what no longer holds, and show the diff."
)
@click.option("--no-cache", is_flag=True, help="Plan anew, also what has not changed since the last plan.")
@with_session
def command(session: Session, patterns: tuple[str, ...], *, update: bool, no_cache: bool) -> int:
    """Plan ENV... (by default all) offline and check each plan against its contract, tests/plans/ENV.yaml.

    All environments are planned together, from what their specs say now. Needs neither credentials nor a network.
    """
    workspace = session.workspace()
    names = workspace.select(patterns)
    fleet = prepare(workspace, names)
    wanted = [name for name in names if update or contract_path(workspace, name).is_file()]
    if not wanted:
        missing = ", ".join(workspace.relative(contract_path(workspace, name)) for name in names[:3])
        raise UsageError(f"no contract to check: there is no {missing}", hint="tfstencil test --update drafts them")
    with progress(session.options, "planning", total=len(wanted)) as shown:
        members = [member for member in fleet.members if member.name in wanted]
        planned = plan_fleet(
            workspace, members, cache=not no_cache, verbose=session.options.verbose, on_done=shown.advance
        )
    if update:
        return _update(session, workspace, planned)
    return _check(session, workspace, fleet, planned, [name for name in names if name not in wanted])


def _check(
    session: Session, workspace: Workspace, fleet: PreparedFleet, planned: FleetPlan, without: Sequence[str]
) -> int:
    console = session.console
    verdicts = [
        judge(contract, prepared, fleet.engine, planned.plans[prepared.name])
        for prepared in fleet.environments
        if prepared.name in planned.plans and (contract := read_contract(workspace, prepared.name))
    ]
    failed = [verdict for verdict in verdicts if verdict.mismatches]
    console.document(
        {
            "ok": not failed and not planned.failures,
            "environments": [as_data(verdict) for verdict in verdicts],
            "failures": {name: str(error) for name, error in planned.failures.items()},
            "without_contract": list(without),
            "cached": sorted(planned.cached),
            "seconds": round(planned.seconds, 3),
        }
    )
    for verdict in failed:
        for line in mismatch_lines(verdict):
            console.show(line)
    for error in planned.failures.values():
        console.error(str(error), hint=error.hint)
    if without:
        console.note(f"without a contract: {', '.join(without)}")
    console.show(_summary(verdicts, planned))
    return 1 if failed or planned.failures else 0


def _summary(verdicts: Sequence[Verdict], planned: FleetPlan) -> str:
    kept = sum(not verdict.mismatches for verdict in verdicts)
    checked = sum(verdict.expectations for verdict in verdicts)
    cached = f", {len(planned.cached)} from the cache" if planned.cached else ""
    return (
        f"{kept} of {plural(len(verdicts) + len(planned.failures), 'contract')} kept, "
        f"{plural(checked, 'expectation')} checked in {planned.seconds:.1f} s{cached}"
    )


def _update(session: Session, workspace: Workspace, planned: FleetPlan) -> int:
    console = session.console
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
    console.document({"ok": not planned.failures, "written": written, "diff": lines})
    for line in colored(lines):
        console.show(line)
    for error in planned.failures.values():
        console.error(str(error), hint=error.hint)
    console.done(f"{plural(len(written), 'contract')} written; review the diff before you commit it")
    return 1 if planned.failures else 0
