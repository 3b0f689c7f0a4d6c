"""From plans, and what guards say of them, to the document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generator.aws.regions import partition_of
from generator.checks.drift.side_effects import SideEffects
from generator.checks.guards.classification.table import table
from generator.checks.guards.subject import Subject, Surroundings
from generator.plans.comparable import changes_of
from generator.reports.plan.billing import billed
from generator.reports.plan.changes import Changes
from generator.reports.plan.document import GRAVE, Document, Environment, Remark, Risk, Verdict
from generator.reports.plan.groups import Member, grouped, identity_of
from generator.reports.plan.statements import Statements
from generator.reports.plan.values.masks import Masks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.plans.plan import Plan, ResourceChange
    from generator.refusal import Refusal
    from generator.reports.plan.document import Change, Group, RemarkKind
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
        redact: takes what is secret out of a text, beside what the plans themselves mark.
    """

    places: Callable[[str], Places | None] = lambda _: None
    because: Because = lambda _left, _right: ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    is_detailed: bool = True
    redact: Callable[[str], str] = lambda text: text


def document(planned: Sequence[Planned], knowledge: Knowledge, *, mode: str, verb: str = "plan") -> Document:
    """Make the document of one command.

    Args:
        planned: its environments.
        knowledge: what may be asked.
        mode: `offline`, `sandbox` or `real`.
        verb: the command.
    """
    masks = Masks.of((each.plan for each in planned if each.plan is not None), knowledge.redact)
    members = [
        Member(
            each.about.name,
            each.about.stack,
            changes_of(each.plan, identity_of(each.about)),
            tuple(sorted(f"{refusal.kind} {refusal.address}" for refusal in each.refusals)),
        )
        for each in planned
        if each.plan is not None
    ]
    groups = grouped(members, masks, knowledge.because)
    firsts = {group.names[0] for group in groups}
    made = [_environment(each, knowledge, masks, is_first=each.about.name in firsts) for each in planned]
    return assembled(made, groups, mode=mode, verb=verb)


def assembled(environments: Iterable[Environment], groups: tuple[Group, ...], *, mode: str, verb: str) -> Document:
    """Put the document together, with what could not be planned at the end."""
    ordered = sorted(environments, key=lambda each: each.verdict is Verdict.FAILED)
    return Document(mode, verb, tuple(ordered), groups)


def changes_in(
    plan: Plan, about: Environment, folder: Path | None, knowledge: Knowledge, masks: Masks, **more: bool
) -> Changes:
    """Return what makes changes of the resources of one plan.

    Args:
        plan: of the environment.
        about: the environment.
        folder: its rendered root module; None where it is not at hand.
        knowledge: what may be asked.
        masks: what is sensitive anywhere.
        more: how much is told, as `Changes` takes it.
    """
    surroundings = Surroundings(
        about.account, partition_of(about.region), about.environment_class, configuration=folder
    )
    subject = Subject(plan, surroundings, table())
    statements = Statements(subject, masks)
    places = knowledge.places(about.name)
    return Changes(subject.expressions, statements, masks, places, knowledge.seconds, **more)


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Sort changes, the gravest first."""
    return tuple(sorted(changes, key=lambda change: _ORDER.index(change.risk)))


def _environment(planned: Planned, knowledge: Knowledge, masks: Masks, *, is_first: bool) -> Environment:
    """Make the document of one environment.

    Args:
        planned: what is known of it.
        knowledge: what may be asked.
        masks: what is sensitive anywhere.
        is_first: it is the first of its group: where new resources come from is told of that one alone.
    """
    about, plan = planned.about, planned.plan
    if plan is None:
        return replace(about, verdict=Verdict.FAILED, error=masks.clean(about.error))
    remarks = tuple(_remarks(planned, masks))
    managed = [each for each in plan.resources if each.mode == "managed"]
    is_new = bool(managed) and all(each.before is None for each in managed)
    is_detailed = knowledge.is_detailed and is_first
    changes = changes_in(
        plan,
        about,
        planned.folder,
        knowledge,
        masks,
        is_detailed=is_detailed,
        is_brief=is_new and not knowledge.is_detailed,
    )
    found = in_order(changes.of(each, _about(remarks, each.address)) for each in plan.resources if _happens(each))
    return replace(
        about,
        verdict=_verdict(planned, found),
        has_changes=planned.has_changes,
        is_first=is_new,
        counts=_counts(plan),
        changes=found,
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


def _counts(plan: Plan) -> dict[str, int]:
    """Count resources by what happens to them; what is taken over is counted besides, as Terraform does."""
    counts: dict[str, int] = {action: number for action, number in plan.counts().items()}  # noqa: C416  # with any key
    imported = sum(bool(each.import_id) for each in plan.resources)
    return counts | {"import": imported} if imported else counts


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
