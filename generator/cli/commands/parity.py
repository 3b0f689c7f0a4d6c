"""`tfstencil parity`: two environments are the same, but for what is allowed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.progress import progress
from generator.cli.session import Session, one_environment, with_session
from generator.display import plural, visible
from generator.errors import UsageError
from generator.fleet.normal import Identity, changes_of
from generator.fleet.plan import plan_fleet
from generator.operations.fleet_members import prepare
from generator.parity.allowance import FILE, read_allowances
from generator.parity.gate import compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.allowance import Allowance
    from generator.fleet.normal import Divergence
    from generator.parity.gate import Parity


@click.command(
    "parity",
    cls=Command,
    short_help="Check that two environments are the same but for what parity.yaml allows.",
    example="tfstencil parity staging prod",
)
@click.argument("left", metavar="ENV_A")
@click.argument("right", metavar="ENV_B")
@click.option("--no-cache", is_flag=True, help="Plan anew, also what has not changed since the last plan.")
@with_session
def command(session: Session, left: str, right: str, *, no_cache: bool) -> int:
    """Compare what the plans of ENV_A and ENV_B would make, offline; names, accounts and regions aside.

    What differs must be allowed by an entry of parity.yaml that gives a reason and a date. Exit code 1 where something
    differs that is not allowed, or not any more.
    """
    workspace = session.workspace()
    names = [one_environment(workspace, name) for name in (left, right)]
    if names[0] == names[1]:
        raise UsageError(f"{names[0]} is the same as itself", hint="name two environments")
    allowances = read_allowances(workspace)
    fleet = prepare(workspace, names)
    with progress(session.options, "planning", total=len(names)) as shown:
        planned = plan_fleet(workspace, fleet.members, cache=not no_cache, on_done=shown.advance)
    for error in planned.failures.values():
        raise error
    facts = [
        changes_of(planned.plans[member.name], Identity(member.name, member.account, member.region))
        for member in fleet.members
    ]
    today = dt.datetime.now(dt.UTC).date()
    parity = compare(facts[0], facts[1], names, allowances, today)
    _print(session, names, parity)
    return 0 if parity.holds else 1


def _print(session: Session, names: list[str], parity: Parity) -> None:
    console = session.console
    console.document(
        {
            "ok": parity.holds,
            "environments": names,
            "refused": [_as_data(item) for item in parity.refused],
            "expired": [_as_data(item) | _reason_data(allowance) for item, allowance in parity.expired],
            "allowed": [_as_data(item) | _reason_data(allowance) for item, allowance in parity.allowed],
            "unused": [_reason_data(allowance) for allowance in parity.unused],
        }
    )
    for line in _lines(parity):
        console.show(visible(line))
    for allowance in parity.unused:
        console.warn(f"{allowance.place}: nothing differs there any more ({allowance.reason}); delete the entry")
    pair = f"{names[0]} and {names[1]}"
    allowed = f", {plural(len(parity.allowed), 'difference')} allowed" if parity.allowed else ""
    if parity.holds:
        console.done(f"{pair} are the same{allowed}")
    else:
        found = len(parity.refused) + len(parity.expired)
        hint = f"make them the same, or allow it in {FILE} with address, path, reason and until"
        console.error(f"{pair} differ in {plural(found, 'value')} that nothing allows{allowed}", hint=hint)


def _lines(parity: Parity) -> Iterator[str]:
    for item in parity.refused:
        yield f"not allowed  {item}"
    for item, allowance in parity.expired:
        yield f"expired      {item}"
        yield f"             allowed until {allowance.until} at {allowance.place}: {allowance.reason}"
    for item, allowance in parity.allowed:
        yield f"allowed      {item}"
        yield f"             until {allowance.until}: {allowance.reason}"


def _as_data(item: Divergence) -> dict[str, object]:
    return {"address": item.address, "path": item.path, "left": item.left, "right": item.right}


def _reason_data(allowance: Allowance) -> dict[str, object]:
    return {"reason": allowance.reason, "until": str(allowance.until), "place": str(allowance.place)}
