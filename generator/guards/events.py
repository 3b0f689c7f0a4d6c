"""Alarms and rules of events: what would be told later, or not at all, and which new event would start something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.guards.comparison import KNOWN_LATER, alarms_of, shown
from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import UNPROTECT, WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path
    from generator.guards.subject import Subject
    from generator.plans.plan import ResourceChange

_RULE: Final = "aws_cloudwatch_event_rule"
_TARGET: Final = "aws_cloudwatch_event_target"
_TELLING: Final = ("sns", "sqs", "logs", "firehose", "events")
_SERVICE: Final = 2


def events(subject: Subject) -> Iterator[Refusal]:
    """Refuse alarms that go off later, and patterns that pass on less, or that start more."""
    for pair in subject.pairs:
        if pair.is_unchanged or pair.before is None or pair.after is None:
            continue
        if pair.type == "aws_cloudwatch_metric_alarm":
            yield from _alarm(pair)
            yield from _told(pair, subject)
        elif pair.type == _RULE:
            yield from _pattern(pair, subject)


def _alarm(pair: Pair) -> Iterator[Refusal]:
    assert pair.before  # noqa: S101  # who calls has looked
    assert pair.after  # noqa: S101  # likewise
    before, after = values_of(pair.before, BEFORE) or {}, values_of(pair.after, AFTER) or {}
    unknown = unknown_of(pair.after, AFTER)
    operator = "comparison_operator"
    if before.get(operator) != after.get(operator):
        yield _refused(pair, (operator,), "turns the alarm round", before.get(operator), after.get(operator))
        return
    old, new = before.get("threshold"), after.get("threshold")
    if unknown.get("threshold"):
        yield _refused(pair, ("threshold",), "loosens the alarm", old, KNOWN_LATER)
    elif isinstance(old, int | float) and old != new:
        is_above = str(after.get(operator)).startswith("Greater")
        is_later = not isinstance(new, int | float) or (new > old if is_above else new < old)
        if is_later:
            yield _refused(pair, ("threshold",), "loosens the alarm", old, new)


def _told(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Refuse that an alarm tells fewer, unless one that watches it tells them."""
    assert pair.before  # noqa: S101  # who calls has looked
    assert pair.after  # noqa: S101  # likewise
    name = "alarm_actions"
    before, after = (values_of(pair.before, BEFORE) or {}).get(name), (values_of(pair.after, AFTER) or {}).get(name)
    marks = unknown_of(pair.after, AFTER).get(name)
    is_open = marks is True or (isinstance(marks, list) and True in marks)
    told = {str(each) for each in after or () if each} | _told_by_others(pair, subject)
    lost = [one for one in before or () if one not in told and one not in subject.inventory.gone]
    lost = [one for one in lost if not any(subject.is_same(one, each) for each in told)]
    if lost and not (is_open and subject.stands_for(pair.after, (name,), (), lost)):
        yield _refused(pair, (name,), f"no longer tells {', '.join(lost)}", before, KNOWN_LATER if is_open else after)


def _told_by_others(pair: Pair, subject: Subject) -> set[str]:
    values = (pair.after.after if pair.after else None) or {}
    found: set[str] = set()
    for each in subject.pairs:
        if each.type == "aws_cloudwatch_composite_alarm" and each.after is not None:
            composite = values_of(each.after, AFTER) or {}
            names = alarms_of(composite.get("alarm_rule")) or []
            if values.get("alarm_name") in names and composite.get("actions_enabled") is not False:
                found |= set(composite.get("alarm_actions") or ())
    return found


def _pattern(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    assert pair.before  # noqa: S101  # who calls has looked
    assert pair.after  # noqa: S101  # likewise
    name = "event_pattern"
    before, after = (values_of(pair.before, BEFORE) or {}).get(name), (values_of(pair.after, AFTER) or {}).get(name)
    path: Path = (name,)
    if unknown_of(pair.after, AFTER).get(name):
        yield _refused(pair, path, "changes which events it passes on", before, KNOWN_LATER)
        return
    old, new = _members(before), _members(after)
    if not old or old == new:
        return
    if not new:
        yield _refused(pair, path, "passes on no events any more", before, after)
        return
    lost = sorted(
        one for path, members in old.items() if path in new for one in members - new[path] if not _is_gone(subject, one)
    )
    if lost:
        yield _refused(pair, path, f"no longer passes on {', '.join(lost)}", before, after)
    come = sorted(one for path, members in new.items() if path in old for one in members - old[path])
    come += [f"any {path}" for path in sorted(old.keys() - new.keys())]
    narrower = sorted(new.keys() - old.keys())
    if narrower:
        yield _refused(pair, path, f"passes on only some of the events, by {', '.join(narrower)}", before, after)
    if come and _starts_something(pair, subject):
        yield Refusal(
            WIDEN, pair.address, f"starts on {', '.join(come)} too", path, before=shown(before), after=shown(after)
        )


def _is_gone(subject: Subject, member: str) -> bool:
    return any(member == name or member in name for name in subject.inventory.gone) and bool(member)


def _starts_something(pair: Pair, subject: Subject) -> bool:
    """Whether a target of the rule does more than tell somebody."""
    targets = [each for each in subject.pairs if each.type == _TARGET and each.owner is pair.owner and each.after]
    return any(each.after is not None and not _tells(each.after) for each in targets)


def _tells(target: ResourceChange) -> bool:
    arn = (target.after or {}).get("arn") or (target.before or {}).get("arn")
    parts = arn.split(":") if isinstance(arn, str) else []
    return len(parts) > _SERVICE and parts[_SERVICE] in _TELLING


def _members(text: Any) -> Mapping[str, set[str]]:  # noqa: ANN401  # any JSON value
    """Return the members of each list of a pattern, by path."""
    try:
        tree = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {"": {str(text)}}
    found: dict[str, set[str]] = {}
    _collect(tree, "", found)
    return found


def _collect(node: Any, path: str, found: dict[str, set[str]]) -> None:  # noqa: ANN401  # any JSON value
    if isinstance(node, dict):
        for key, value in node.items():
            _collect(value, f"{path}.{key}" if path else key, found)
    else:
        listed = node if isinstance(node, list) else [node]
        found[path] = {each if isinstance(each, str) else json.dumps(each, sort_keys=True) for each in listed}


def _refused(pair: Pair, path: Path, what: str, before: object, after: object) -> Refusal:
    reason = f"{what}: {path[0]} goes from {shown(before)} to {shown(after)}"
    return Refusal(UNPROTECT, pair.address, reason, path, before=shown(before), after=shown(after))
