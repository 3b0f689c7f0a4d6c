"""`tfstencil plan` against a state: AWS's or the sandbox's, each environment by a terraform of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from generator.cli.failure import error_data, say, say_trace
from generator.cli.planned_exit import exit_code
from generator.display import plural
from generator.operations.assembly import Assembly
from generator.operations.cached_plans import CachedPlans, told
from generator.operations.freshness import require_fresh
from generator.operations.plan_groups import SHOWN_EACH, group_plans
from generator.operations.plan_maker import PlanMaker, seal_for
from generator.operations.plan_queue import plan_all
from generator.operations.review import Review
from generator.operations.targets import open_targets, target_of
from generator.operations.unread import warn_of_foreign
from generator.reports.plan.view import as_data, plan_view, summary_table, warnings_of
from generator.terraform.sensitive import sensitive_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from generator.cli.progress import Progress
    from generator.cli.session import Session
    from generator.errors import TfstencilError
    from generator.operations.plan_groups import PlanGroups
    from generator.operations.review import Judgement
    from generator.operations.targets import OpenStack
    from generator.spec.environment import Environment
    from generator.terraform import Mode, Planned
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StatefulRequest:
    """What the command line asked for.

    Attributes:
        patterns: names and globs of environments.
        mode: against which states.
        save: keep the plans for apply.
        encrypt: encrypt what is kept.
        enforce: fail where an apply would be refused.
        parallelism: how many at a time; None for the default.
        oldest: show plans again that are no older; None plans all anew, and remembers nothing.
        markdown: a file to write a summary to.
        detailed_exitcode: end as terraform's own plan does.
    """

    patterns: Sequence[str]
    mode: Mode
    save: bool = False
    encrypt: bool = False
    enforce: bool = False
    parallelism: int | None = None
    oldest: timedelta | None = None
    markdown: Path | None = None
    detailed_exitcode: bool = False


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of it; `known` says when the plans of before were made, `failures` why some have none."""

    stacks: Sequence[OpenStack]
    plans: Mapping[str, Planned]
    failures: Mapping[str, TfstencilError]
    known: Mapping[str, datetime]
    judgements: Mapping[str, Judgement]
    view: PlanGroups


def plan_stateful(session: Session, request: StatefulRequest) -> int:
    """Plan environments against their states, and show what would change.

    Args:
        session: the call.
        request: what was asked for.

    Returns:
        The exit code.
    """
    workspace = session.workspace()
    gate = Review(workspace, request.mode)
    assembly = Assembly(workspace)
    environments = assembly.load(workspace.select(request.patterns))
    require_fresh(assembly, environments)
    warn_of_foreign(session, workspace, [item.name for item in environments])
    result = _planned(session, request, workspace, environments, gate)
    _print(session, request.mode, result)
    if request.markdown is not None:
        title = f"Plan of {plural(len(environments), 'environment')} ({request.mode})"
        result.view.write_markdown(request.markdown, title, result.failures, session.options.redactor)
    changes = any(planned.has_changes for planned in result.plans.values())
    return exit_code(request, result.failures, result.judgements, changes=changes)


def _planned(
    session: Session, request: StatefulRequest, workspace: Workspace, environments: Sequence[Environment], gate: Review
) -> _Result:
    seal = seal_for(workspace, gate.settings, encrypt=request.encrypt) if request.save else None
    stacks = open_targets(session, workspace, [target_of(item) for item in environments], request.mode)
    memory = CachedPlans(workspace, request.mode, request.oldest)
    known = {stack.name: found for stack in stacks if (found := memory.recall(stack))}
    with PlanMaker(workspace, seal) as keeper:

        def plan(stack: OpenStack, shown: Progress) -> Planned:
            begin = datetime.now(UTC)
            planned = keeper.plan(stack, shown)
            memory.keep(stack, planned, begin)
            return planned

        missing = [stack for stack in stacks if stack.name not in known]
        made, failures = plan_all(session, workspace, missing, plan, parallelism=request.parallelism)
    session.console.conceal(value for planned in made.values() for value in sensitive_values(planned.plan))
    made |= {name: memory.shown(found) for name, found in known.items()}
    done = [stack for stack in stacks if stack.name in made]
    plans = {stack.name: made[stack.name] for stack in done}
    return _Result(
        done,
        plans,
        failures,
        {name: found.at for name, found in known.items()},
        {stack.name: gate.judge(stack.target, plans[stack.name].plan) for stack in done},
        group_plans(workspace, environments, {name: planned.plan for name, planned in plans.items()}),
    )


def _print(session: Session, mode: Mode, result: _Result) -> None:
    console = session.console
    console.document(_document(mode, result))
    _print_plans(session, result)
    if len(result.plans) > 1:
        console.show(summary_table(result.plans))
        console.show("")
        for line in result.view.lines(verbose=console.options.verbose):
            console.show(line)
    if result.known:
        oldest = told(min(result.known.values()))
        console.note(f"{len(result.known)} of {plural(len(result.plans), 'plan')} not made anew; the oldest {oldest}")
    for warning in dict.fromkeys(warning for planned in result.plans.values() for warning in warnings_of(planned)):
        console.warn(warning)
    for name, error in result.failures.items():
        say_trace(error, console)
        say(error, console, about=name if len(result.plans) + len(result.failures) > 1 else "")


def _print_plans(session: Session, result: _Result) -> None:
    """Show each plan, or of many the first of each group of equal ones; what guards say, of all."""
    console = session.console
    each = console.options.verbose or len(result.plans) <= SHOWN_EACH
    others = {group.environments[0]: 0 if each else len(group.environments) - 1 for group in result.view.groups}
    for stack in result.stacks:
        is_shown = each or stack.name in others
        if is_shown:
            more = f", and {plural(others[stack.name], 'environment')} like it" if others.get(stack.name) else ""
            at = f", {told(result.known[stack.name])}" if stack.name in result.known else ""
            for part in plan_view(f"{stack.title}{at}{more}", result.plans[stack.name]):
                console.show(part)
        for line in result.judgements[stack.name].lines(about="" if is_shown else stack.name):
            console.show(line)
        if is_shown:
            console.show("")


def _document(mode: Mode, result: _Result) -> dict[str, Any]:
    document: dict[str, Any] = {
        "ok": not result.failures,
        "mode": mode.value,
        "environments": [
            as_data(name, planned)
            | {"refreshed_at": result.known[name].isoformat() if name in result.known else None}
            | result.judgements[name].as_data()
            for name, planned in result.plans.items()
        ],
        "groups": result.view.as_data(),
    }
    if result.failures:
        document["failures"] = {name: str(error) for name, error in result.failures.items()}
        document["error"] = error_data(next(iter(result.failures.values())))
    return document
