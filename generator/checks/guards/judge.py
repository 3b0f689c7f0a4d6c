"""All guards, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.guards.access.network import network
from generator.checks.guards.access.widening import widening
from generator.checks.guards.deletion.destruction import destruction, too_many
from generator.checks.guards.deletion.object_lock import object_lock
from generator.checks.guards.deletion.retention import retention
from generator.checks.guards.protection.alarms import alarms
from generator.checks.guards.protection.events import events
from generator.checks.guards.protection.judge import protection, unclassified
from generator.checks.guards.protection.twins import twins
from generator.checks.guards.starts.judge import starts
from generator.checks.guards.starts.stops import stops
from generator.checks.guards.subject import Subject, Surroundings
from generator.refusal import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.checks.guards.settings import Settings
    from generator.plans.plan import Plan
    from generator.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Findings:
    """What guards have to say of a plan.

    Attributes:
        refusals: what speaks against applying it.
        told: what somebody should know, and what keeps nobody from applying it.
    """

    refusals: tuple[Refusal, ...] = ()
    told: tuple[Refusal, ...] = ()


def findings(plan: Plan, settings: Settings, surroundings: Surroundings, *, is_destroy: bool = False) -> Findings:
    """Judge a plan.

    Args:
        plan: to be judged.
        settings: of the workspace.
        surroundings: of the environment.
        is_destroy: everything is meant to go, so that only what holds data counts.
    """
    found = list(destruction(plan, settings.table.holdings, surroundings.half_made))
    if is_destroy:
        return Findings(tuple(found))
    gone = {refusal.address for refusal in found}
    subject = Subject(plan, surroundings, settings.table)
    wider, shown = widening(subject)
    found += wider
    for guard in (retention, object_lock, alarms, events, starts, network, twins):
        found += guard(subject)
    # Whose something was that goes is no second reason.
    protections = protection(subject)
    found += [each for each in protections if each.kind != FOREIGN or each.address not in gone]
    is_prod = surroundings.environment_class == "prod"
    told = [*shown]
    for refusal, is_refused in stops(subject):
        (found if is_refused and is_prod else told).append(refusal)
    found += too_many(plan, settings.max_deletions)
    undecided = tuple(each for each in unclassified(subject) if each.address not in gone)
    if is_prod:
        return Findings((*found, *undecided), tuple(told))
    return Findings(tuple(found), (*undecided, *told))


def judge(  # noqa: PLR0913  # what is known of the environment, each with its most careful default
    plan: Plan,
    settings: Settings,
    *,
    account: str,
    is_destroy: bool = False,
    environment_class: str = "prod",
    partition: str = "aws",
    configuration: Path | None = None,
    spec_texts: Callable[[], frozenset[str]] = frozenset,
    half_made: frozenset[str] = frozenset(),
) -> list[Refusal]:
    """List what speaks against applying a plan.

    Args:
        plan: to be judged.
        settings: of the workspace.
        account: of the environment, twelve digits.
        is_destroy: everything is meant to go, so that only what holds data counts.
        environment_class: dev, staging or prod.
        partition: of the region.
        configuration: the rendered root module that the plan was made from.
        spec_texts: returns the texts of the environment's spec.
        half_made: addresses that an apply of ours began to make and did not finish.
    """
    surroundings = Surroundings(account, partition, environment_class, configuration, spec_texts, half_made)
    return list(findings(plan, settings, surroundings, is_destroy=is_destroy).refusals)
