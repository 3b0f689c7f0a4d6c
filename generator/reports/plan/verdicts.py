"""What all outputs say first of an environment: its verdict, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.plan.document import Risk, Verdict
from generator.reports.plan.words import count_words, seconds_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.operations.changes.run_result import Outcome
    from generator.reports.plan.document import Environment

HEADINGS: Final[Mapping[Risk, str]] = {
    Risk.DESTROYED: "Destroyed",
    Risk.REPLACED: "Replaced",
    Risk.WIDER: "Permissions wider",
    Risk.UNPROTECTED: "Protection less",
    Risk.UPDATED: "Updates",
    Risk.IMPORTED: "Taken over as it is",
    Risk.CREATED: "New",
    Risk.MOVED: "Moved",
    Risk.TAGS: "Tags only",
    Risk.READ: "Read during apply",
}
_SAFE: Final = "Nothing is destroyed, replaced, opened or less protected"
_DONE: Final = {"create": "created", "update": "updated", "delete": "destroyed"}


def heading(risk: Risk, verb: str) -> str:
    """Say what kind of change stands below; of a look for drift, that nobody has applied it yet."""
    return f"Not applied yet: {HEADINGS[risk].lower()}" if verb == "drift" else HEADINGS[risk]


def verdict_words(environment: Environment, verb: str) -> str:
    """Say what an apply would need, and why."""
    match environment.verdict:
        case Verdict.FAILED:
            return "No plan"
        case Verdict.REFUSED:
            return f"Refused for {plural(len(environment.refusals), 'reason')}"
        case Verdict.CONSENT:
            return f"Look before you agree: {', '.join(_grave(environment)) or 'guards have advice'}"
        case Verdict.DRIFTED:
            return _drifted(environment)
        case Verdict.SAFE:
            return "All of it is new" if environment.is_first else _SAFE
    return nothing_words(environment, verb)


def nothing_words(environment: Environment, verb: str) -> str:
    """Say that nothing is to be done, in the words of the command."""
    if verb == "destroy":
        return "Nothing is applied, so there is nothing to destroy"
    if verb == "drift":
        return "No drift, but for what is known" if environment.excused else "No drift"
    return "No changes: what is applied is what the modules say"


def _drifted(environment: Environment) -> str:
    if environment.is_first:
        return f"Not applied yet: {count_words(environment.counts)}"
    unapplied = len(environment.changes) + len(environment.outputs)
    expired = sum(each.is_expired for each in environment.excused)
    parts = [
        f"{plural(len(environment.outside), 'resource')} changed outside" if environment.outside else "",
        f"{plural(unapplied, 'change')} not applied yet" if unapplied else "",
        f"{plural(expired, 'change')} allowed once and not any more" if expired else "",
    ]
    return ", ".join(filter(None, parts))


def outcome_words(outcome: Outcome) -> str:
    """Say what became of an environment: `applied: 3 created, 1 updated in 55 s`."""
    done = ", ".join(f"{number} {_DONE.get(action, action)}" for action, number in outcome.done.items() if number)
    said = f"{outcome.status}: {done}" if done else outcome.status
    return f"{said} in {seconds_words(outcome.seconds)}" if outcome.is_good and done else said


def _grave(environment: Environment) -> Iterator[str]:
    for risk, (one, many) in {
        Risk.DESTROYED: ("resource is destroyed", "resources are destroyed"),
        Risk.REPLACED: ("resource is replaced", "resources are replaced"),
        Risk.WIDER: ("permission grows", "permissions grow"),
        Risk.UNPROTECTED: ("protection shrinks", "protections shrink"),
    }.items():
        number = len(environment.of_risk(risk))
        if number:
            yield f"{number} {one if number == 1 else many}"
