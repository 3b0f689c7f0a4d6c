"""The document of a look for drift: what changed outside, what is not applied yet, and what is known, in one form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.plans.comparable import ACTION
from generator.plans.planned import SENSITIVE as HIDDEN
from generator.plans.planned import UNKNOWN
from generator.reports.plan.assembly import assembled, changes_in, in_order
from generator.reports.plan.document import Change, Excused, Risk, Verdict
from generator.reports.plan.groups import Member, grouped, identity_of
from generator.reports.plan.values.difference import ABSENT, SENSITIVE, Difference, Value
from generator.reports.plan.values.masks import Masks
from generator.reports.plan.words import difference_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from generator.checks.drift.classify import Drift, Known
    from generator.checks.drift.difference import DriftedValue
    from generator.plans.comparable import Facts
    from generator.plans.plan import Action, Plan, ResourceChange
    from generator.reports.plan.assembly import Knowledge
    from generator.reports.plan.changes import Changes
    from generator.reports.plan.document import Document, Environment


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for drift found in one environment.

    Attributes:
        about: name, stack, class, account, region and files.
        drift: what is not as it should be; None where nobody could look.
        refreshed: the refresh-only plan.
        code: the plan without a refresh.
        folder: its rendered root module.
        warnings: what Terraform warned of.
        seconds: how long both plans took.
    """

    about: Environment
    drift: Drift | None = None
    refreshed: Plan | None = None
    code: Plan | None = None
    folder: Path | None = None
    warnings: Sequence[str] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Judged:
    """A value that drifts, and the entry that speaks of it."""

    value: DriftedValue
    known: Known | None = None
    is_expired: bool = False


def drift_document(found: Sequence[Looked], knowledge: Knowledge, *, mode: str) -> Document:
    """Make the document of `drift`.

    Args:
        found: in each environment.
        knowledge: what may be asked.
        mode: `sandbox` or `real`.
    """
    plans = (plan for each in found for plan in (each.refreshed, each.code) if plan is not None)
    masks = Masks.of(plans, knowledge.redact)
    made = [_environment(each, knowledge, masks) for each in found]
    members = [
        Member(each.name, each.stack, dict(_facts(each)), ()) for each in made if each.verdict is not Verdict.FAILED
    ]
    return assembled(made, grouped(members, masks, knowledge.because), mode=mode, verb="drift")


def _environment(looked: Looked, knowledge: Knowledge, masks: Masks) -> Environment:
    about, drift, refreshed, code = looked.about, looked.drift, looked.refreshed, looked.code
    if drift is None or refreshed is None or code is None:
        return replace(about, verdict=Verdict.FAILED, error=masks.clean(about.error))
    outside = _Sorted("outside", drift, masks)
    unapplied = _Sorted("unapplied", drift, masks)
    told = changes_in(refreshed, about, looked.folder, knowledge, masks)
    past = tuple(outside.of_all(told, refreshed.drift, is_outside=True))
    is_new = not drift.is_applied
    told = changes_in(code, about, looked.folder, knowledge, masks, is_detailed=knowledge.is_detailed, is_brief=is_new)
    changes = in_order(unapplied.of_all(told, code.changes))
    outputs = dict(unapplied.outputs())
    excused = (*outside.excused, *unapplied.excused)
    is_quiet = not (past or changes or outputs or any(each.is_expired for each in excused))
    return replace(
        about,
        verdict=Verdict.NOTHING if is_quiet else Verdict.DRIFTED,
        has_changes=bool(changes or outputs),
        is_first=is_new,
        counts=dict(drift.counts),
        changes=changes,
        outside=past,
        outputs=outputs,
        output_count=len(code.outputs),
        excused=excused,
        warnings=tuple(masks.clean(text) for text in looked.warnings),
        planned_seconds=looked.seconds,
        terraform=code.terraform_version,
    )


class _Sorted:
    """Puts the values of one kind where they belong: drift, or excused by an entry of the list.

    What drifts is decided before; here it is told. A value that the document does not tell by itself is told as it is.

    Attributes:
        excused: what entries speak of.
    """

    def __init__(self, kind: str, drift: Drift, masks: Masks) -> None:
        left = drift.outside if kind == "outside" else drift.unapplied
        every = [_Judged(value) for value in left]
        every += [_Judged(each.difference, each) for each in drift.known if each.kind == kind]
        every += [_Judged(each.difference, each, is_expired=True) for each in drift.expired if each.kind == kind]
        self._judged: dict[str, list[_Judged]] = {}
        for each in every:
            self._judged.setdefault(each.value.address, []).append(each)
        self._told: set[str] = set()
        self._masks = masks
        self.excused: list[Excused] = []

    def of_all(
        self, changes: Changes, resources: Iterable[ResourceChange], *, is_outside: bool = False
    ) -> Iterator[Change]:
        """Yield the changes that are drift; the others are excused."""
        for resource in resources:
            judged = self._judged.get(resource.address, [])
            self._told.add(resource.address)
            if judged:
                yield from self._split(changes.of(resource, is_outside=is_outside), judged)

    def outputs(self) -> Iterator[tuple[str, Action]]:
        """Yield name and action of each output that is drift, when all resources are sorted."""
        for address, (judged, *_) in self._judged.items():
            if address in self._told:
                continue
            action: Action = judged.value.action  # type: ignore[assignment]  # as the plan has it
            if judged.known is None:
                yield address.removeprefix("output."), action
            else:
                self._excuse(judged, Change(address, "output", "", action, (action,), Risk.UPDATED))

    def _split(self, change: Change, judged: Sequence[_Judged]) -> Iterator[Change]:
        parts: dict[int, tuple[_Judged, list[Difference]]] = {}
        for difference in change.differences:
            deciding = _deciding(difference, judged)
            if deciding is not None:
                parts.setdefault(id(deciding.known), (deciding, []))[1].append(difference)
        for each in judged:
            if each.value.path and not any(_meets(one, each.value.path) for one in change.differences):
                parts.setdefault(id(each.known), (each, []))[1].append(self._as_it_is(each.value))
            elif not each.value.path:
                parts.setdefault(id(each.known), (each, []))
        for deciding, differences in parts.values():
            part = replace(change, differences=tuple(differences))
            if deciding.known is None:
                yield part
            else:
                self._excuse(deciding, part)

    def _excuse(self, judged: _Judged, change: Change) -> None:
        if judged.known is not None:
            entry = judged.known.allowance
            excused = Excused(
                judged.known.kind, change, entry.reason, str(entry.until), str(entry.place), judged.is_expired
            )
            self.excused.append(excused)

    def _as_it_is(self, value: DriftedValue) -> Difference:
        at = tuple(int(part) if part.isdigit() else part for part in value.path.split("."))
        return Difference(value.path, self._side(value.before), self._side(value.after), at=at)

    def _side(self, value: object) -> Value:
        if value is None:
            return ABSENT
        if value == HIDDEN:
            return SENSITIVE
        return Value("unknown") if value == UNKNOWN else Value("known", self._masks.cleaned(value))


def _deciding(difference: Difference, judged: Sequence[_Judged]) -> _Judged | None:
    """Return what decides where a difference belongs; None where it is no drift at all.

    A difference, say a policy, may hold several values: it is excused only where all of them are.
    """
    mine = [each for each in judged if each.value.path and _meets(difference, each.value.path)]
    mine = mine or [each for each in judged if not each.value.path]
    return min(mine, key=lambda each: (each.known is not None, not each.is_expired), default=None)


def _meets(difference: Difference, path: str) -> bool:
    """Whether a difference and a value are the same, or one of them is a part of the other."""
    dotted = ".".join(map(str, difference.at))
    return dotted == path or dotted.startswith(f"{path}.") or path.startswith(f"{dotted}.")


def _facts(environment: Environment) -> Iterator[tuple[str, Facts]]:
    """Yield what drifts, by address, in a form that compares with other environments."""
    identity = identity_of(environment)
    sections = [("outside", change) for change in environment.outside]
    sections += [("unapplied", change) for change in environment.changes]
    sections += [(f"{each.kind} {each.place}", each.change) for each in environment.excused]
    for section, change in sections:
        facts: Facts = {ACTION: change.action}
        for difference in change.differences:
            text = "\n".join(f"{sign} {line}" for sign, line in difference_lines(difference))
            facts[identity.neutral(difference.path)] = identity.neutral(text)
        yield f"{identity.neutral_address(change.address)} ({section})", facts
    for name, action in environment.outputs.items():
        yield f"output.{name}", {ACTION: action}
