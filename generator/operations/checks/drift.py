"""Drift: what changed outside, what is not applied yet, and what is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.drift.classify import Drift, classify
from generator.checks.drift.known import read_known
from generator.operations.inputs.unread import warn_of_foreign
from generator.operations.plans.maker import PlanMaker
from generator.operations.plans.queue import plan_all
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import targets_of
from generator.plans.sensitive import sensitive_values
from generator.terraform import Mode
from generator.terraform.plan_options import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.checks.allowance import Allowance
    from generator.errors import TfstencilError
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.terraform import Planned


@dataclass(frozen=True, slots=True)
class DriftRequest:
    """What is to be compared with what was applied.

    Attributes:
        patterns: names and globs of environments; none for all.
        mode: where it was applied.
        outside_only: code that is not applied yet does not count.
        parallelism: how many at a time; None for the default.
    """

    patterns: Sequence[str] = ()
    mode: Mode = Mode.REAL
    outside_only: bool = False
    parallelism: int | None = None


@dataclass(frozen=True, slots=True)
class DriftResult:
    """What was found.

    Attributes:
        stacks: the environments that were asked for.
        drifts: what was found in each.
        failures: why others could not be looked at.
        refreshed: the plans that say what changed outside.
        code: the plans that say what is not applied yet.
        unused: entries of drift.yaml that speak of nothing any more.
        ok: whether nothing drifts but what is known.
    """

    stacks: Sequence[OpenStack]
    drifts: Mapping[str, Drift]
    failures: Mapping[str, TfstencilError]
    refreshed: Mapping[str, Planned]
    code: Mapping[str, Planned]
    unused: Sequence[Allowance]
    ok: bool


def drift(run: Run, request: DriftRequest) -> DriftResult:
    """Compare environments with what was applied; nothing is changed, neither in AWS nor in the state.

    Args:
        run: the call.
        request: what was asked for.
    """
    workspace = run.workspace
    known = read_known(workspace)
    targets = targets_of(workspace, workspace.select(request.patterns))
    warn_of_foreign(run.reporter, workspace, [target.name for target in targets])
    stacks = open_stacks(run, targets, request.mode)
    refreshed, failures = _plans(run, stacks, PlanOptions(refresh_only=True), request.parallelism)
    rest = [stack for stack in stacks if stack.name in refreshed]
    code, others = _plans(run, rest, PlanOptions(refresh=False), request.parallelism)
    failures |= others
    today = dt.datetime.now(dt.UTC).date()
    drifts = {name: classify(refreshed[name].plan, planned.plan, name, known, today) for name, planned in code.items()}
    holds = not failures and all(found.holds(outside_only=request.outside_only) for found in drifts.values())
    unused = _unused(known, drifts) if not failures else []
    return DriftResult(stacks, drifts, failures, refreshed, code, unused, holds)


def _plans(
    run: Run, stacks: Sequence[OpenStack], options: PlanOptions, parallelism: int | None
) -> tuple[dict[str, Planned], dict[str, TfstencilError]]:
    with PlanMaker(run.workspace, None, options) as maker:
        plans, failures = plan_all(run, stacks, maker.plan, parallelism=parallelism)
    run.redactor.add(value for planned in plans.values() for value in sensitive_values(planned.plan))
    return plans, failures


def _unused(known: Sequence[Allowance], drifts: Mapping[str, Drift]) -> list[Allowance]:
    """Return the entries that speak of nothing in the environments that were looked at."""
    used = {id(item.allowance) for found in drifts.values() for item in (*found.known, *found.expired)}
    meant = [entry for entry in known if not entry.environments or set(entry.environments) <= drifts.keys()]
    return [entry for entry in meant if id(entry) not in used]
