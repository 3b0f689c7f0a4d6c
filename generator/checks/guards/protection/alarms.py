"""Alarms: what would go off later, or tell fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.values import KNOWN_LATER, alarms_of, shown
from generator.refusal import UNPROTECT, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.refusal import Path

_OPERATOR: Final = "comparison_operator"
# Statistics that grow with the time that they count over.
_SUMS: Final = ("Sum", "SampleCount")
# What an alarm makes of a time without data, from the most careful; nothing said is `missing`.
_MISSING: Final = ("breaching", "missing", "ignore", "notBreaching")


def alarms(subject: Subject) -> Iterator[Refusal]:
    """Refuse alarms that go off later than they did, or that tell fewer."""
    for pair in subject.pairs:
        is_alarm = pair.type == "aws_cloudwatch_metric_alarm" and not pair.is_unchanged
        if is_alarm and pair.before is not None and pair.after is not None:
            yield from _alarm(pair, subject)
            yield from _told(pair, subject)


def loses(pair: Pair, path: Path, what: str, before: object, after: object) -> Refusal:
    """Refuse that somebody is told later, less, or not at all."""
    reason = f"{what}: {path[0]} goes from {shown(before)} to {shown(after)}"
    return Refusal(UNPROTECT, pair.address, reason, path, before=shown(before), after=shown(after))


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
                yield loses(pair, (name,), "loosens the alarm", old, KNOWN_LATER)
        elif old != new and (words := _looser(name, before, after)):
            yield loses(pair, (name,), words, old, new)


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
    old: Any = before.get(name)
    new: Any = after.get(name)
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
        yield loses(pair, (name,), f"no longer tells {', '.join(lost)}", before, KNOWN_LATER if is_open else after)


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
