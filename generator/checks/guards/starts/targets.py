"""What rules of events and schedules start, with which arguments: a call may say otherwise what its project says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.protection.values import meaning
from generator.checks.guards.starts.refusals import LATER, both, said, widened
from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.refusal import Path, Refusal

# Services that pass an event on, and start nothing with it.
TELLING: Final = ("sns", "sqs", "logs", "firehose", "events", "kinesis")
_SERVICE: Final = 2
# Calls that Scheduler may make by itself, where they start a project of the stack.
_CALLS: Final = (":aws-sdk:codebuild:startBuild", ":aws-sdk:codebuild:startBuildBatch")
_PROJECT: Final = "ProjectName"
# What of such an argument changes neither what is built nor how.
_HARMLESS: Final = frozenset({"IdempotencyToken"})
_INPUTS: Final = ("input", "input_path", "input_transformer")


def service_of(arn: object) -> str:
    """Return the service of an ARN; "" where it is none."""
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[_SERVICE] if len(parts) > _SERVICE else ""


def target(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Refuse a target of a rule that starts its receiver with other arguments."""
    before, after = both(pair)
    arn = after.get("arn")
    receiver = (pair.before and before.get("arn")) if arn is UNKNOWN else arn
    if service_of(receiver) in TELLING or (arn is UNKNOWN and subject.stands_for(pair.resource, ("arn",), _TOLD, None)):
        return
    for name in _INPUTS:
        one, other = meaning(before.get(name)), meaning(after.get(name))
        if one != other and name == "input":
            yield from _argument(pair, (name,), one, other, subject)
        elif one != other and other is not None:
            reason = f"passes what an event says to what it starts: {name} becomes {said(other)}"
            yield widened(pair, reason, (name,), said(one), said(other))


_TOLD: Final = ("aws_sns_topic", "aws_sqs_queue", "aws_cloudwatch_log_group", "aws_kinesis_stream")


def schedule(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Refuse a schedule that starts something else, or with other arguments."""
    before, after = (_target(values) for values in both(pair))
    if after is UNKNOWN:
        yield widened(pair, f"starts what is {LATER}", ("target",), "something else", LATER)
        return
    one, other = before.get("arn"), after.get("arn")
    path: Path = ("target", 0, "arn")
    is_new_call = _is_call(other) and (one is None or _is_call(one))
    if one != other and not is_new_call and not _is_own(pair, path, one, other, subject):
        yield widened(pair, f"starts {said(other)}", path, said(one), said(other))
        return
    was, then = meaning(before.get("input")), meaning(after.get("input"))
    if was != then and service_of(other if isinstance(other, str) else one) not in TELLING:
        yield from _argument(pair, ("target", 0, "input"), was, then, subject, is_call=_is_call(other))
    elif _is_call(other) and pair.before is None:
        yield from _argument(pair, ("target", 0, "input"), None, then, subject, is_call=True)


def _target(values: Mapping[str, Any]) -> Any:  # noqa: ANN401  # any JSON value
    held = values.get("target") or [{}]
    return UNKNOWN if held is UNKNOWN else held[0]


def called(target: Mapping[str, Any]) -> str:
    """Return the project that a call of Scheduler's own starts; "" where it is another call, or cannot be read."""
    held = _read(target.get("input")) if _is_call(target.get("arn")) else None
    return str((held or {}).get(_PROJECT) or "")


def _is_call(arn: object) -> bool:
    return isinstance(arn, str) and arn.endswith(_CALLS)


def _is_own(pair: Pair, path: Path, one: Any, other: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    """Whether a schedule starts what it started, or, where it is new, something of the stack."""
    if other is UNKNOWN:
        return subject.stands_for(pair.resource, path, (), one)
    if one is None:
        return isinstance(other, str) and ":aws-sdk:" not in other and subject.is_of_stack(other)
    return subject.is_same(one, other, str(path[-1]))


def _argument(  # noqa: PLR0913  # the two values, and where they stand
    pair: Pair,
    path: Path,
    before: Any,  # noqa: ANN401  # any JSON value
    after: Any,  # noqa: ANN401  # likewise
    subject: Subject,
    *,
    is_call: bool = False,
) -> Iterator[Refusal]:
    if after is None and not is_call:
        return
    one, other = _read(before), _read(after)
    if other is None:
        reason = f"passes arguments that cannot be read to what it starts: {said(after)}"
        yield widened(pair, reason, path, said(before), said(after))
        return
    if is_call and not _is_project(other.get(_PROJECT), (one or {}).get(_PROJECT), subject):
        reason = f"starts the project {said(other.get(_PROJECT))}"
        yield widened(pair, reason, path, said((one or {}).get(_PROJECT)), said(other.get(_PROJECT)))
    names = sorted({*other, *(one or {})} - _HARMLESS - ({_PROJECT} if is_call else set()))
    for name in names:
        was, then = (one or {}).get(name), other.get(name)
        if was != then:
            reason = f"passes {name} to what it starts: {said(then)}"
            yield widened(pair, reason, path, said(was), said(then))


def _is_project(name: Any, before: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    return isinstance(name, str) and (name == before if before is not None else subject.is_of_stack(name))


def _read(value: Any) -> dict[str, Any] | None:  # noqa: ANN401  # any JSON value
    """Return the arguments of a call, by their names with a capital; None where they cannot be read."""
    if value is None:
        return {}
    try:
        held = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return {f"{key[:1].upper()}{key[1:]}": each for key, each in held.items()} if isinstance(held, dict) else None
