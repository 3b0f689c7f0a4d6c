"""Parity: two environments are the same, but for what parity.yaml allows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from generator.checks.parity.allowance import read_allowances
from generator.checks.parity.judge import Parity, compare
from generator.errors import UsageError
from generator.operations.plans.fleet_members import prepare
from generator.operations.plans.offline import fleet_of
from generator.plans.comparable import OwnWords, changes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.run import Run


def parity(run: Run, names: Sequence[str], *, cache: bool = True) -> Parity:
    """Compare what the plans of two environments would make, offline; names, accounts and regions aside.

    Args:
        run: the call.
        names: the two.
        cache: answer from plans that were made before.

    Raises:
        UsageError: they are the same environment.
        TerraformError: one cannot be planned.
    """
    if names[0] == names[1]:
        raise UsageError(f"{names[0]} is the same as itself", hint="name two environments")
    allowances = read_allowances(run.workspace)
    members = prepare(run.workspace, names).members
    planned = fleet_of(run, members, cache=cache)
    for error in planned.failures.values():
        raise error
    facts = [
        changes_of(planned.plans[member.name], OwnWords(member.name, member.account, member.region))
        for member in members
    ]
    return compare(facts[0], facts[1], list(names), allowances, dt.datetime.now(dt.UTC).date())
