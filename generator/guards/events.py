"""Alarms and rules of events: what would be told later, or not at all, and which new event would start something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.guards.comparison import KNOWN_LATER, alarms_of, shown
from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import UNPROTECT, WIDEN, Refusal
from generator.guards.starts.targets import TELLING, service_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path
    from generator.guards.subject import Subject
    from generator.plans.plan import ResourceChange

_RULE: Final = "aws_cloudwatch_event_rule"
_TARGET: Final = "aws_cloudwatch_event_target"
_SCHEDULE: Final = "aws_scheduler_schedule"
_UNREADABLE: Final = ""
_OPERATOR: Final = "comparison_operator"
# Statistics that grow with the time that they count over.
_SUMS: Final = ("Sum", "SampleCount")
# What an alarm makes of a time without data, from the most careful; nothing said is `missing`.
_MISSING: Final = ("breaching", "missing", "ignore", "notBreaching")


def events(subject: Subject) -> Iterator[Refusal]:
    """Refuse alarms that go off later, and patterns that pass on less, or that start more."""
    for pair in subject.pairs:
        if pair.is_unchanged or pair.before is None or pair.after is None:
            continue
        if pair.type == "aws_cloudwatch_metric_alarm":
            yield from _alarm(pair, subject)
            yield from _told(pair, subject)
        elif pair.type == _SCHEDULE:
            yield from _clock(pair)
        elif pair.type == _RULE:
            yield from _pattern(pair, subject)


def _alarm(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Refuse what lets an alarm go off later, or not at all."""
    assert pair.before  # noqa: S101  # who calls has looked
    assert pair.after  # noqa: S101  # likewise
    before, after = values_of(pair.before, BEFORE) or {}, values_of(pair.after, AFTER) or {}
    unknown = unknown_of(pair.after, AFTER)
    for name in (_OPERATOR, "threshold", "period", "evaluation_periods", "datapoints_to_alarm", "treat_missing_data"):
        old, new = before.get(name), after.get(name)
        if unknown.get(name):
            if subject.expressions.is_configured(pair.after, name):
                yield _refused(pair, (name,), "loosens the alarm", old, KNOWN_LATER)
        elif old != new and (words := _looser(name, before, after)):
            yield _refused(pair, (name,), words, old, new)


def _looser(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return how another value of an attribute loosens an alarm; "" where it does not."""
    is_above = _is_above(before)
    if name == _OPERATOR:
        if is_above != _is_above(after) or _side(before) != _side(after):
            return "goes off on other values"
        is_looser = "OrEqual" in str(before.get(name)) and "OrEqual" not in str(after.get(name))
    elif name == "treat_missing_data":
        is_looser = _place(after.get(name)) > _place(before.get(name))
    else:
        is_looser = _is_later(name, before, after, is_above=is_above)
    return "loosens the alarm" if is_looser else ""


def _is_later(name: str, before: Mapping[str, Any], after: Mapping[str, Any], *, is_above: bool) -> bool:
    old, new = before.get(name), after.get(name)
    if name == "datapoints_to_alarm":
        # Nothing said means all of the periods.
        old, new = (each.get(name) or each.get("evaluation_periods") for each in (before, after))
        return not _is_number(new) or (_is_number(old) and new > old)
    if not _is_number(new):
        return _is_number(old)
    if not _is_number(old):
        return False
    if name == "threshold":
        return bool(new > old if is_above else new < old)
    is_less_counted = name == "period" and is_above and after.get("statistic") in _SUMS and new < old
    return bool(new > old or is_less_counted)


def _is_above(values: Mapping[str, Any]) -> bool:
    return str(values.get(_OPERATOR)).startswith("Greater")


def _side(values: Mapping[str, Any]) -> str:
    # Of a band of what is usual, an alarm may watch one edge or both.
    return str(values.get(_OPERATOR)).replace("OrEqualTo", "").replace("Than", "")


def _place(value: Any) -> int:  # noqa: ANN401  # any JSON value
    named = value or "missing"
    return _MISSING.index(named) if named in _MISSING else len(_MISSING)


def _is_number(value: Any) -> bool:  # noqa: ANN401  # any JSON value
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  # not nan


def _clock(pair: Pair) -> Iterator[Refusal]:
    """Refuse that a schedule stops: it is switched off, ends, or begins later."""
    assert pair.before  # noqa: S101  # who calls has looked
    assert pair.after  # noqa: S101  # likewise
    before, after = values_of(pair.before, BEFORE) or {}, values_of(pair.after, AFTER) or {}
    unknown = unknown_of(pair.after, AFTER)
    for name in ("state", "end_date", "start_date", "schedule_expression"):
        old, new = before.get(name), after.get(name)
        if unknown.get(name) is True:
            yield _refused(pair, (name,), "may start nothing any more", old, KNOWN_LATER)
        elif old != new and _stops(name, old, new):
            yield _refused(pair, (name,), "starts nothing any more, or less", old, new)


def _stops(name: str, old: Any, new: Any) -> bool:  # noqa: ANN401  # any JSON value
    if name == "state":
        return str(new or "ENABLED") != "ENABLED" and str(old or "ENABLED") == "ENABLED"
    if name == "schedule_expression":
        return str(new).startswith("at(") or "(" not in str(new)
    is_earlier = str(new or "9") < str(old or "9")
    return is_earlier if name == "end_date" else bool(new) and str(new) > str(old or "")


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
    lost = [one for one in lost if not any(subject.is_same(one, each, name) for each in told)]
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
    if _UNREADABLE in old or _UNREADABLE in new:
        yield _refused(pair, path, "changes which events it passes on, in a pattern that cannot be read", before, after)
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
    return service_of(arn) in TELLING


def _members(text: Any) -> Mapping[str, set[str]]:  # noqa: ANN401  # any JSON value
    """Return the members of each list of a pattern, by path."""
    try:
        tree = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {_UNREADABLE: {str(text)}}
    found: dict[str, set[str]] = {}
    _collect(tree, "", found)
    return found


def _collect(node: Any, path: str, found: dict[str, set[str]]) -> None:  # noqa: ANN401  # any JSON value
    if isinstance(node, dict):
        for key, value in node.items():
            _collect(value, f"{path}.{key}" if path else key, found)
    else:
        listed = node if isinstance(node, list) else [node]
        found[path] = {each if each and isinstance(each, str) else json.dumps(each, sort_keys=True) for each in listed}


def _refused(pair: Pair, path: Path, what: str, before: object, after: object) -> Refusal:
    reason = f"{what}: {path[0]} goes from {shown(before)} to {shown(after)}"
    return Refusal(UNPROTECT, pair.address, reason, path, before=shown(before), after=shown(after))
