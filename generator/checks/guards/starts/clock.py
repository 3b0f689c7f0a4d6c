"""When a schedule starts something: whether it stops, ends, begins later, or starts it less often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.aws.frequency import starts_in_a_year
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.alarms import loses
from generator.checks.guards.protection.values import KNOWN_LATER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.pairs import Pair
    from generator.refusal import Refusal


_ALL: Final = ("state", "end_date", "start_date", "schedule_expression")
# Of a rule of events the table says the rest.
OF_RULES: Final = ("schedule_expression",)


def clock(pair: Pair, names: tuple[str, ...] = _ALL) -> Iterator[Refusal]:
    """Refuse that a schedule stops: it is switched off, ends, begins later, or starts something less often.

    Args:
        pair: the schedule.
        names: attributes that say when.
    """
    if pair.before is None or pair.after is None:
        return
    before, after = values_of(pair.before, BEFORE) or {}, values_of(pair.after, AFTER) or {}
    unknown = unknown_of(pair.after, AFTER)
    for name in names:
        old, new = before.get(name), after.get(name)
        if unknown.get(name) is True:
            yield loses(pair, (name,), "may start nothing any more", old, KNOWN_LATER)
        elif old != new and _stops(name, old, new):
            yield loses(pair, (name,), "starts nothing any more, or less", old, new)


def _stops(name: str, old: Any, new: Any) -> bool:  # noqa: ANN401  # any JSON value
    if name == "state":
        return str(new or "ENABLED") != "ENABLED" and str(old or "ENABLED") == "ENABLED"
    if name == "schedule_expression":
        times = starts_in_a_year(str(new or ""))
        return bool(old) and (times == 0 or times < starts_in_a_year(str(old)))
    is_earlier = str(new or "9") < str(old or "9")
    return is_earlier if name == "end_date" else bool(new) and str(new) > str(old or "")
