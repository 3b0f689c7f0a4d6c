"""What starts builds and pipelines by itself, and goes: a scan that nobody misses until it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import BEFORE, values_of
from generator.checks.guards.starts.targets import TELLING, called, service_of
from generator.refusal import UNPROTECT, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject

_WEBHOOK: Final = "aws_codebuild_webhook"
_SCHEDULE: Final = "aws_scheduler_schedule"
_TARGET: Final = "aws_cloudwatch_event_target"
# What builds, scans or deploys: with it goes what it did.
_WORKS: Final = {"aws_codebuild_project": "builds", "aws_codepipeline": "runs"}


def stops(subject: Subject) -> Iterator[tuple[Refusal, bool]]:
    """Yield what is deleted and started something, and whether what it started is still there.

    What stays and is started by nothing any more is refused for prod; a build that goes as a whole is told.
    """
    for pair in subject.pairs:
        if pair.after is not None or pair.before is None:
            continue
        if pair.type in _WORKS:
            reason = f"is deleted: it {_WORKS[pair.type]} nothing any more"
            yield Refusal(UNPROTECT, pair.address, reason, before="there", after="nothing"), False
            continue
        started = _started(pair, subject)
        if started:
            reason = f"is deleted: it does not start {started} any more"
            yield Refusal(UNPROTECT, pair.address, reason, before=f"starts {started}", after="nothing"), True


def _started(pair: Pair, subject: Subject) -> str:
    """Return what a resource started that stays; "" for nothing."""
    values: Any = (values_of(pair.before, BEFORE) if pair.before else None) or {}
    if pair.type == _WEBHOOK:
        return str(values.get("project_name")) if pair.owner is None or pair.owner.stays else ""
    if pair.type == _SCHEDULE:
        target = (values.get("target") or [{}])[0]
        name = called(target) or str(target.get("arn"))
    elif pair.type == _TARGET and not _is_missed(pair) and service_of(values.get("arn")) not in TELLING:
        name = str(values.get("arn"))
    else:
        return ""
    return "" if name in subject.inventory.gone else name


def _is_missed(pair: Pair) -> bool:
    """Whether a rule stays without its target, which is a refusal of its own."""
    return pair.owner is not None and pair.owner.stays
