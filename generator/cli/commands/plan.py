"""`tfstencil plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.failure import error_data, say, say_trace
from generator.cli.gate import Gate
from generator.cli.group import Command
from generator.cli.keeping import Keeper, seal_for
from generator.cli.offline import OfflineRequest, plan_offline
from generator.cli.plan_view import as_data, plan_view, summary_table, warnings_of
from generator.cli.planning import parallelism_option, plan_all
from generator.cli.session import Session, environments_argument, with_session
from generator.cli.stacks import OpenStack, mode_of, open_places, places_of
from generator.errors import UsageError
from generator.terraform import Mode
from generator.terraform.sensitive import sensitive_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.cli.gate import Judgement
    from generator.errors import TfstencilError
    from generator.terraform import Planned

CHANGES = 2


@click.command(
    "plan",
    cls=Command,
    short_help="Show what Terraform would change; --offline needs no network and no credentials.",
    example="tfstencil plan 'prod-*' --offline",
)
@environments_argument()
@click.option("--offline", is_flag=True, help="Plan from nothing, with mock credentials and without any network.")
@click.option("--sandbox", is_flag=True, help="Plan against the sandbox; it is started where none runs.")
@click.option(
    "--save", is_flag=True, help="Keep each plan for tfstencil apply, sealed and bound to what it is made from."
)
@click.option("--encrypt", is_flag=True, help="With --save: encrypt it with TFSTENCIL_PLAN_PASSPHRASE[_FILE].")
@click.option("--enforce", is_flag=True, help="Exit code 1 where a guard or a rule of policies/ refuses an apply.")
@parallelism_option
@click.option("--no-cache", is_flag=True, help="With --offline: plan anew, also what has not changed.")
@click.option(
    "--markdown", metavar="FILE", type=click.Path(path_type=Path), help="With --offline: a summary, fit for a comment."
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 0: no changes, 1: an error, 2: changes.")
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    *,
    offline: bool,
    sandbox: bool,
    save: bool,
    encrypt: bool,
    enforce: bool,
    parallelism: int | None,
    no_cache: bool,
    markdown: Path | None,
    detailed_exitcode: bool,
) -> int:
    """Plan ENV... (by default all) with the real terraform and show what would change.

    Without --offline or --sandbox the plan is against AWS, with your credentials. Modules that do not match their specs
    are refused: render first. With --offline all environments are planned together, in one terraform. What an apply
    would refuse is shown, each with what allows just that.
    """
    mode = mode_of(sandbox=sandbox, offline=offline)
    if save and mode is Mode.OFFLINE:
        raise UsageError("an offline plan cannot be applied, so there is nothing to --save it for")
    if encrypt and not save:
        raise UsageError("--encrypt goes with --save")
    if mode is Mode.OFFLINE:
        request = OfflineRequest(
            patterns, cache=not no_cache, markdown=markdown, detailed_exitcode=detailed_exitcode, enforce=enforce
        )
        return plan_offline(session, request)
    if markdown or no_cache:
        raise UsageError("--markdown and --no-cache go with --offline")
    workspace = session.workspace()
    gate = Gate(workspace, mode)
    seal = seal_for(workspace, gate.settings, encrypt=encrypt) if save else None
    stacks = open_places(session, workspace, places_of(workspace, workspace.select(patterns)), mode)
    with Keeper(workspace, seal) as keeper:
        plans, failures = plan_all(session, workspace, stacks, keeper.plan, parallelism=parallelism)
    planned_stacks = [stack for stack in stacks if stack.name in plans]
    session.console.conceal(value for planned in plans.values() for value in sensitive_values(planned.plan))
    judgements = {stack.name: gate.judge(stack.place, plans[stack.name].plan) for stack in planned_stacks}
    _print(session, mode, planned_stacks, plans, judgements, failures)
    if failures or (enforce and any(judgement.refusals for judgement in judgements.values())):
        return 1
    changes = any(planned.has_changes for planned in plans.values())
    return CHANGES if detailed_exitcode and changes else 0


def _print(  # noqa: PLR0913, PLR0917  # all that came of it
    session: Session,
    mode: Mode,
    stacks: Sequence[OpenStack],
    plans: Mapping[str, Planned],
    judgements: Mapping[str, Judgement],
    failures: Mapping[str, TfstencilError],
) -> None:
    console = session.console
    environments = [as_data(stack.name, plans[stack.name]) | judgements[stack.name].as_data() for stack in stacks]
    document: dict[str, object] = {"ok": not failures, "mode": mode.value, "environments": environments}
    if failures:
        document["failures"] = {name: str(error) for name, error in failures.items()}
        document["error"] = error_data(next(iter(failures.values())))
    console.document(document)
    for stack in stacks:
        for part in plan_view(stack.title, plans[stack.name]):
            console.show(part)
        for line in judgements[stack.name].lines():
            console.show(line)
        console.show("")
    if len(plans) > 1:
        console.show(summary_table(plans))
    for warning in dict.fromkeys(warning for planned in plans.values() for warning in warnings_of(planned)):
        console.warn(warning)
    for name, error in failures.items():
        say_trace(error, console)
        say(error, console, about=name if len(plans) + len(failures) > 1 else "")
