"""`tfstencil drift`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from generator.checks.drift.classify import Drift, classify
from generator.checks.drift.known import FILE, read_known
from generator.cli.failure import error_data, say, say_trace
from generator.cli.group import Command
from generator.cli.session import Session, environments_argument, with_session
from generator.display import plural
from generator.operations.plan_maker import PlanMaker
from generator.operations.plan_queue import parallelism_option, plan_all
from generator.operations.targets import mode_of, open_targets, targets_of
from generator.operations.unread import warn_of_foreign
from generator.reports.drift import as_data, drift_lines
from generator.terraform.plan_options import PlanOptions
from generator.terraform.sensitive import sensitive_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.allowance import Allowance
    from generator.errors import TfstencilError
    from generator.operations.targets import OpenStack
    from generator.terraform import Planned
    from generator.workspace import Workspace


@click.command(
    "drift",
    cls=Command,
    short_help="Tell what changed outside, what is not applied yet, and what is known.",
    example="tfstencil drift 'prod-*' --json",
)
@environments_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@click.option("--outside-only", is_flag=True, help="Code that is not applied yet is shown, and does not fail.")
@parallelism_option
@with_session
def command(
    session: Session, patterns: tuple[str, ...], *, sandbox: bool, outside_only: bool, parallelism: int | None
) -> int:
    """Compare ENV... (by default all) with what was applied: changed outside, unapplied code, or known.

    What is known stands in drift.yaml, each entry with a reason and a last day. Exit code 0: no drift, or only what is
    known; 1: drift, an entry that has expired, or a failure. Nothing is changed, neither in AWS nor in the state.
    """
    workspace = session.workspace()
    known = read_known(workspace)
    targets = targets_of(workspace, workspace.select(patterns))
    warn_of_foreign(session, workspace, [target.name for target in targets])
    stacks = open_targets(session, workspace, targets, mode_of(sandbox=sandbox))
    refreshed, failures = _plans(session, workspace, stacks, PlanOptions(refresh_only=True), parallelism)
    rest = [stack for stack in stacks if stack.name in refreshed]
    code, others = _plans(session, workspace, rest, PlanOptions(refresh=False), parallelism)
    failures |= others
    today = dt.datetime.now(dt.UTC).date()
    drifts = {name: classify(refreshed[name].plan, planned.plan, name, known, today) for name, planned in code.items()}
    holds = not failures and all(drift.holds(outside_only=outside_only) for drift in drifts.values())
    _print(session, stacks, drifts, failures, _unused(known, drifts) if not failures else [], holds=holds)
    return 0 if holds else 1


def _plans(
    session: Session, workspace: Workspace, stacks: Sequence[OpenStack], options: PlanOptions, parallelism: int | None
) -> tuple[dict[str, Planned], dict[str, TfstencilError]]:
    with PlanMaker(workspace, None, options) as keeper:
        plans, failures = plan_all(session, workspace, stacks, keeper.plan, parallelism=parallelism)
    session.console.conceal(value for planned in plans.values() for value in sensitive_values(planned.plan))
    return plans, failures


def _unused(known: Sequence[Allowance], drifts: Mapping[str, Drift]) -> list[Allowance]:
    """Return the entries that speak of nothing in the environments that were looked at."""
    used = {id(item.allowance) for drift in drifts.values() for item in (*drift.known, *drift.expired)}
    meant = [entry for entry in known if not entry.environments or set(entry.environments) <= drifts.keys()]
    return [entry for entry in meant if id(entry) not in used]


def _print(  # noqa: PLR0913  # all that came of it
    session: Session,
    stacks: Sequence[OpenStack],
    drifts: Mapping[str, Drift],
    failures: Mapping[str, TfstencilError],
    unused: Sequence[Allowance],
    *,
    holds: bool,
) -> None:
    console = session.console
    document: dict[str, object] = {
        "ok": holds,
        "mode": stacks[0].runner.mode.value,
        "environments": [as_data(name, drift) for name, drift in drifts.items()],
        "unused": [{"place": str(entry.place), "reason": entry.reason} for entry in unused],
    }
    if failures:
        document["failures"] = {name: str(error) for name, error in failures.items()}
        document["error"] = error_data(next(iter(failures.values())))
    console.document(document)
    for stack in stacks:
        if stack.name in drifts:
            console.show(click.style(stack.title, bold=True))
            for line in drift_lines(drifts[stack.name]):
                console.show(line)
            console.show("")
    for entry in unused:
        console.warn(f"{entry.place}: nothing drifts there any more ({entry.reason}); delete the entry")
    for name, error in failures.items():
        say_trace(error, console)
        say(error, console, about=name if len(stacks) > 1 else "")
    if not holds and drifts:
        outside = [name for name, drift in drifts.items() if drift.outside or drift.expired]
        count = plural(sum(not drift.holds() for drift in drifts.values()), "environment")
        hint = (
            f"tfstencil apply {' '.join(outside)} puts back what changed outside; or take it into the spec, or allow "
        )
        console.error(
            f"drift in {count}",
            hint=f"{hint}it in {FILE} with address, path, reason and until"
            if outside
            else "tfstencil apply applies it",
        )
