"""What was found that exists: for a person and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.report import Message, Report
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.specs.adopt import AdoptResult

_SHOWN: Final = 20


def adopt_report(result: AdoptResult) -> Report:
    """Say what is taken over, what would be made, and what the plan would change."""
    counts = _counts(result)
    document = {
        "ok": True,
        "environment": result.target.name,
        "mode": result.mode.value,
        "found": dict(result.found),
        "absent": list(result.absent),
        "passed_over": dict(result.passed_over),
        "removed": list(result.removed),
        "waiting": list(result.waiting),
        "changes": counts,
        "unmet": None if result.unmet is None else [each.as_dict() for each in result.unmet],
    }
    return Report(document, list(_messages(result, counts)))


def _counts(result: AdoptResult) -> dict[str, int] | None:
    if result.planned is None:
        return None
    plan = result.planned.plans.made[result.target.name].plan
    return {str(action): number for action, number in plan.counts().items()}


def _messages(result: AdoptResult, counts: dict[str, int] | None) -> Iterator[Message]:
    name, flag = result.target.name, " --sandbox" if result.mode is Mode.SANDBOX else ""
    if result.removed or result.waiting:
        yield Message("done", f"{name}: took {plural(len(result.removed), 'adopted resource')} out of the spec")
        yield from (Message("note", f"{address} is not in the state yet") for address in result.waiting)
        return
    for address, identifier in result.found.items():
        yield Message("show", f"  found  {address} ({identifier})")
    yield from _some("would be made", result.absent)
    for address, reason in list(result.passed_over.items())[:_SHOWN]:
        yield Message("note", f"not looked for: {address}: {reason}")
    if result.found:
        said = f"{name}: {plural(len(result.found), 'resource')} will be taken over; written to its spec and rendered"
        yield Message("done", said)
    else:
        yield Message("done", f"{name}: nothing exists that is not adopted or managed already; nothing was changed")
    for need in result.unmet or ():
        yield Message("warn", f"{need.subject} ({need.spec_key}): {need.found}; {need.remedy}")
    if counts is not None:
        told = ", ".join(f"{number} to {action}" for action, number in counts.items() if action != "no-op")
        yield Message("show", f"Plan: {told or 'no changes'}")
    yield Message(
        "note", f"Next: tfstencil plan {name}{flag}; then tfstencil apply {name}{flag}, which takes them over"
    )


def _some(title: str, addresses: object) -> Iterator[Message]:
    found = list(addresses) if isinstance(addresses, list | tuple) else []
    if found:
        more = f" … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield Message("note", f"{title}, since there is none: {', '.join(found[:_SHOWN])}{more}")
