"""Tell apart what changed outside, what is not applied yet, and what is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from generator.checks.drift.difference import DriftedValue, differences
from generator.checks.drift.known import covers
from generator.checks.drift.side_effects import SideEffects

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from generator.checks.allowance import Allowance
    from generator.plans.plan import Plan

DriftKind = Literal["outside", "unapplied"]


@dataclass(frozen=True, slots=True)
class Known:
    """A difference that an entry of the list speaks of.

    Attributes:
        kind: what it would be otherwise.
        difference: the value.
        allowance: the entry.
    """

    kind: DriftKind
    difference: DriftedValue
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Drift:
    """What is not as it should be in one environment.

    Attributes:
        outside: what was changed past Terraform since the last apply.
        unapplied: what the code says and nobody has applied.
        known: what the list allows.
        expired: what the list allowed once.
        is_applied: whether there is anything in the state.
        counts: how many resources an apply would create, update, replace, delete: as a plan counts them.
    """

    outside: tuple[DriftedValue, ...]
    unapplied: tuple[DriftedValue, ...]
    known: tuple[Known, ...] = ()
    expired: tuple[Known, ...] = ()
    is_applied: bool = True
    counts: Mapping[Any, int] = field(default_factory=dict)

    def holds(self, *, outside_only: bool = False) -> bool:
        """Whether nothing is found that is not known.

        Args:
            outside_only: what is not applied yet does not count.
        """
        expired = [item for item in self.expired if item.kind == "outside" or not outside_only]
        return not (self.outside or expired or (self.unapplied and not outside_only))


def classify(refreshed: Plan, code: Plan, environment: str, allowances: Sequence[Allowance], today: dt.date) -> Drift:
    """Classify what two plans of an environment find.

    Args:
        refreshed: the refresh-only plan: what is recorded, and what is found.
        code: the plan without a refresh: what is recorded, and what the code asks for. Nothing that changed outside is
            in it, so that both are told apart where they meet in one value.
        environment: its name.
        allowances: what is known.
        today: the date that decides what has expired.
    """
    found: list[tuple[DriftKind, DriftedValue]] = [("outside", each) for each in _outside(refreshed)]
    found += [("unapplied", each) for each in _unapplied(code)]
    left: dict[DriftKind, list[DriftedValue]] = {"outside": [], "unapplied": []}
    known: list[Known] = []
    expired: list[Known] = []
    for kind, difference in found:
        covering = [allowance for allowance in allowances if covers(allowance, difference, environment)]
        valid = [allowance for allowance in covering if not allowance.is_expired(today)]
        if valid:
            known.append(Known(kind, difference, valid[0]))
        elif covering:
            expired.append(Known(kind, difference, covering[0]))
        else:
            left[kind].append(difference)
    managed = [change for change in code.resources if change.mode == "managed"]
    is_applied = any(change.before is not None for change in managed)
    return Drift(
        tuple(left["outside"]), tuple(left["unapplied"]), tuple(known), tuple(expired), is_applied, code.counts()
    )


def _outside(refreshed: Plan) -> Iterator[DriftedValue]:
    side_effects = SideEffects(refreshed)
    for change in refreshed.drift:
        for difference in differences(change):
            if not (difference.path and side_effects.explains(change, difference.path.split(".", 1)[0])):
                yield difference


def _unapplied(code: Plan) -> Iterator[DriftedValue]:
    for change in code.changes:
        yield from differences(change)
    for output in code.outputs.values():
        if output.action != "no-op":
            yield DriftedValue(f"output.{output.name}", output.action)
