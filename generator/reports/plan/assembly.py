"""From plans, and what guards say of them, to the document."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generator.aws.regions import partition_of
from generator.checks.drift.side_effects import SideEffects
from generator.checks.guards.classification.table import table
from generator.checks.guards.subject import Subject, Surroundings
from generator.plans.comparable import Identity
from generator.reports.plan.billing import billed
from generator.reports.plan.changes import Changes
from generator.reports.plan.document import GRAVE, Document, Environment, Remark, Risk, Verdict
from generator.reports.plan.groups import Member, grouped
from generator.reports.plan.masks import Masks
from generator.reports.plan.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.plans.plan import Plan, ResourceChange
    from generator.refusal import Refusal
    from generator.reports.plan.document import Change, RemarkKind
    from generator.reports.plan.groups import Because
    from generator.reports.plan.places import Places

_ORDER = list(Risk)


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of one environment.

    Attributes:
        about: name, stack, class, account, region and files; the rest of it is found out here.
        plan: of it; None where there is none.
        has_changes: Terraform's own verdict.
        refusals: what speaks against applying it.
        allowed: what was allowed.
        advice: what somebody should know.
        folder: its rendered root module; None where it is not at hand.
        warnings: what Terraform warned of.
        seconds: how long the plan took.
    """

    about: Environment
    plan: Plan | None = None
    has_changes: bool = False
    refusals: Sequence[Refusal] = ()
    allowed: Sequence[Refusal] = ()
    advice: Sequence[Refusal] = ()
    folder: Path | None = None
    warnings: Sequence[str] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What may be asked while the document is made; each answer costs time, and is asked for where it is shown.

    Attributes:
        places: where things of an environment come from, by its name; None where nobody knows.
        because: names the keys of the spec in which one environment is not like another.
        seconds: how long a change of a type took the last time, by `create aws_s3_bucket`.
        is_detailed: look up where new resources come from, too.
    """

    places: Callable[[str], Places | None] = lambda _: None
    because: Because = lambda _left, _right: ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    is_detailed: bool = True


def document(planned: Sequence[Planned], knowledge: Knowledge, *, mode: str, verb: str = "plan") -> Document:
    """Make the document of one command.

    Args:
        planned: its environments.
        knowledge: what may be asked.
        mode: `offline`, `sandbox` or `real`.
        verb: the command.
    """
    masks = Masks.of(each.plan for each in planned if each.plan is not None)
    members = [
        Member(
            each.about.name,
            each.about.stack,
            Identity(each.about.name, each.about.account, each.about.region),
            each.plan,
            tuple(sorted(f"{refusal.kind} {refusal.address}" for refusal in each.refusals)),
        )
        for each in planned
        if each.plan is not None
    ]
    groups = grouped(members, masks, knowledge.because)
    shown = {group.names[0] for group in groups}
    made = [_environment(each, knowledge, masks, is_placed=each.about.name in shown) for each in planned]
    ordered = sorted(made, key=lambda each: each.verdict is Verdict.FAILED)
    return Document(mode, verb, tuple(ordered), groups)


def _environment(planned: Planned, knowledge: Knowledge, masks: Masks, *, is_placed: bool) -> Environment:
    about, plan = planned.about, planned.plan
    if plan is None:
        return replace(about, verdict=Verdict.FAILED, error=masks.clean(about.error))
    remarks = tuple(_remarks(planned, masks))
    # Where many would see the same, lines of specs are looked up for the one that is shown.
    places = knowledge.places(about.name) if is_placed else None
    surroundings = Surroundings(
        about.account, partition_of(about.region), about.environment_class, configuration=planned.folder
    )
    subject = Subject(plan, surroundings, table())
    statements = Statements(subject, masks)
    managed = [each for each in plan.resources if each.mode == "managed"]
    is_first = bool(managed) and all(each.before is None for each in managed)
    changes = Changes(
        subject.expressions,
        statements,
        masks,
        places,
        knowledge.seconds,
        is_detailed=knowledge.is_detailed,
        is_brief=is_first and not knowledge.is_detailed,
    )
    found = [changes.of(each, _about(remarks, each.address)) for each in plan.resources if _happens(each)]
    found.sort(key=lambda change: _ORDER.index(change.risk))
    return replace(
        about,
        verdict=_verdict(planned, found),
        has_changes=planned.has_changes,
        is_first=is_first,
        counts=Counter(plan.counts()),
        changes=tuple(found),
        outside=tuple(_outside(plan, changes)),
        remarks=remarks,
        outputs={name: each.action for name, each in plan.outputs.items() if each.action != "no-op"},
        output_count=len(plan.outputs),
        billed=tuple(item for each in plan.resources for item in billed(each)),
        seconds=max((each.seconds for each in found if each.seconds is not None), default=None),
        warnings=tuple(masks.clean(text) for text in planned.warnings),
        planned_seconds=planned.seconds,
        terraform=plan.terraform_version,
    )


def _outside(plan: Plan, changes: Changes) -> Iterator[Change]:
    """Yield what changed past Terraform, without what one resource merely shows of another."""
    effects = SideEffects(plan)
    for resource in plan.drift:
        change = changes.of(resource, is_outside=True)
        own = tuple(each for each in change.differences if not effects.explains(resource, _top(each.path)))
        if own or change.action != "update":
            yield replace(change, differences=own)


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _happens(change: ResourceChange) -> bool:
    return change.is_change or change.action == "read"


def _about(remarks: Iterable[Remark], address: str) -> tuple[Remark, ...]:
    return tuple(remark for remark in remarks if remark.address == address)


def _remarks(planned: Planned, masks: Masks) -> Iterable[Remark]:
    kinds: tuple[tuple[RemarkKind, Sequence[Refusal]], ...] = (
        ("refused", planned.refusals),
        ("allowed", planned.allowed),
        ("advice", planned.advice),
    )
    for kind, refusals in kinds:
        for each in refusals:
            yield Remark(
                kind,
                each.kind,
                each.address,
                masks.clean(each.reason),
                masks.clean(each.before),
                masks.clean(each.after),
                each.flag if kind == "refused" else "",
                each.origins,
                each.path,
                each.consent if each.can_be_allowed else "",
            )


def _verdict(planned: Planned, changes: Sequence[Change]) -> Verdict:
    if planned.refusals:
        return Verdict.REFUSED
    if not planned.has_changes:
        return Verdict.NOTHING
    if planned.allowed or planned.advice or any(change.risk in GRAVE for change in changes):
        return Verdict.CONSENT
    return Verdict.SAFE
