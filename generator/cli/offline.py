"""`tfstencil plan --offline`: all environments in one terraform, from the cache where nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.cli.planned_exit import exit_code
from generator.cli.progress import progress
from generator.display import plural
from generator.errors import TerraformError
from generator.fleet.member import read_member
from generator.fleet.plan import FleetPlan, plan_fleet
from generator.operations.assembly import Assembly
from generator.operations.freshness import require_fresh
from generator.operations.plan_groups import SHOWN_EACH, group_plans
from generator.operations.provenance import traced
from generator.operations.review import Review
from generator.operations.targets import target_of
from generator.operations.unread import warn_of_foreign
from generator.reports.plan.view import as_data, plan_view, summary_table
from generator.terraform import Mode, Planned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.cli.session import Session
    from generator.operations.plan_groups import PlanGroups
    from generator.operations.review import Judgement
    from generator.spec.environment import Environment


@dataclass(frozen=True, slots=True)
class OfflineRequest:
    """What the command line asked for.

    Attributes:
        patterns: names and globs of environments.
        cache: answer from plans that were made before.
        markdown: a file to write a summary to.
        detailed_exitcode: end as terraform's own plan does.
        enforce: fail where an apply would be refused.
    """

    patterns: Sequence[str]
    cache: bool = True
    markdown: Path | None = None
    detailed_exitcode: bool = False
    enforce: bool = False


def plan_offline(session: Session, request: OfflineRequest) -> int:
    """Plan environments offline, together, and show what would change.

    Args:
        session: the call.
        request: what was asked for.

    Returns:
        The exit code.
    """
    workspace = session.workspace()
    gate = Review(workspace, Mode.OFFLINE)
    assembly = Assembly(workspace)
    environments = assembly.load(workspace.select(request.patterns))
    require_fresh(assembly, environments)
    warn_of_foreign(session, workspace, [item.name for item in environments])
    # From the disk: files of the user's own may lie beside what was rendered, and are planned as well.
    members = [
        read_member(workspace, item.name, account=item.spec.account, region=item.spec.region) for item in environments
    ]
    with progress(session.options, "planning", total=len(members)) as shown:
        fleet = plan_fleet(
            workspace, members, cache=request.cache, verbose=session.options.verbose, on_done=shown.advance
        )
    view = group_plans(workspace, environments, fleet.plans)
    failures = {name: _traced(error, assembly, name) for name, error in fleet.failures.items()}
    places = {item.name: target_of(item) for item in environments}
    judgements = {name: gate.judge(places[name], plan) for name, plan in fleet.plans.items()}
    _print(session, environments, fleet, view, judgements, failures)
    if request.markdown is not None:
        title = f"Plan of {plural(len(members), 'environment')}"
        view.write_markdown(request.markdown, title, failures, session.options.redactor)
    changes = not all(plan.is_empty for plan in fleet.plans.values())
    return exit_code(request, failures, judgements, changes=changes)


def _traced(error: TerraformError, assembly: Assembly, name: str) -> TerraformError:
    try:
        with traced(assembly, name):
            raise error
    except TerraformError as led_back:
        return led_back


def _print(  # noqa: PLR0913, PLR0917  # all that came of it
    session: Session,
    environments: Sequence[Environment],
    fleet: FleetPlan,
    view: PlanGroups,
    judgements: Mapping[str, Judgement],
    failures: Mapping[str, TerraformError],
) -> None:
    console = session.console
    plans = {name: _planned(session, fleet, name) for name in fleet.plans}
    console.document(
        {
            "ok": not failures,
            "mode": "offline",
            "environments": [
                as_data(name, item) | {"cached": name in fleet.cached} | judgements[name].as_data()
                for name, item in plans.items()
            ],
            "groups": view.as_data(),
            "failures": {name: str(error) for name, error in failures.items()},
            "seconds": round(fleet.seconds, 3),
        }
    )
    if len(plans) <= SHOWN_EACH or console.options.verbose:
        places = {item.name: f"account {item.spec.account}, {item.spec.region}" for item in environments}
        for name, planned in plans.items():
            cached = ", cached" if name in fleet.cached else ""
            for part in plan_view(f"{name}: {places[name]} (offline{cached})", planned):
                console.show(part)
            console.show("")
    if len(plans) > 1:
        console.show(summary_table(plans) if len(plans) <= SHOWN_EACH else "")
        for line in view.lines(verbose=console.options.verbose):
            console.show(line)
    for name, judgement in judgements.items():
        for line in judgement.lines(about=name):
            console.show(line)
    for error in failures.values():
        console.error(str(error), hint=error.hint)
    for warning in dict.fromkeys(str(item) for item in fleet.warnings if not item.is_error):
        console.warn(warning)
    console.note(_summary(fleet))


def _planned(session: Session, fleet: FleetPlan, name: str) -> Planned:
    plan = fleet.plans[name]
    # There is no plan file: an offline plan cannot be applied.
    nowhere = session.folder / "offline.tfplan"
    return Planned(plan, nowhere, has_changes=not plan.is_empty, diagnostics=(), seconds=fleet.seconds)


def _summary(fleet: FleetPlan) -> str:
    total, cached = len(fleet.plans) + len(fleet.failures), len(fleet.cached)
    how = f", {cached} from the cache" if cached else ""
    failed = f", {len(fleet.failures)} failed" if fleet.failures else ""
    runs = f" by {plural(fleet.runs, 'terraform run')}" if fleet.runs else ""
    return f"{plural(total, 'environment')} planned in {fleet.seconds:.1f} s{runs}{how}{failed}"
