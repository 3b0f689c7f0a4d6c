"""The expressions of EventBridge Scheduler: which are none, and why.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_RATE: Final = re.compile(r"(?P<value>[1-9][0-9]{0,8}) (?P<unit>minute|hour|day)(?P<plural>s?)")
_PART: Final = re.compile(
    r"(?P<first>\*|[0-9]{1,4}|[A-Z]{3})(?:-(?P<last>[0-9]{1,4}|[A-Z]{3}))?(?:/(?P<step>[0-9]{1,4}))?"
)
_DAYS_OF_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the six fields of a cron expression.

    Attributes:
        name: what people call it.
        least: smallest value.
        most: greatest value.
        words: names of the values, from `least` on.
        special: what else a part may be, as a regular expression.
    """

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()
    special: str = r"(?!)"

    def number(self, text: str) -> int | None:
        """Return the value that `text` stands for; None where it stands for none."""
        value = self.least + self.words.index(text) if text in self.words else int(text) if text.isdigit() else None
        return value if value is not None and self.least <= value <= self.most else None


_FIELDS: Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day-of-month", 1, _DAYS_OF_MONTH, special=r"\?|L|LW|(?:[1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 1, 7, _DAYS, special=r"\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]"),
    _Field("year", 1970, 2199),
)


def expression_fault(expression: str) -> str:
    """Say what is wrong with `cron(…)`, `rate(…)` or `at(…)`; "" where nothing is."""
    kind, _, rest = expression.partition("(")
    inner = rest.removesuffix(")")
    match kind:
        case "cron":
            return _cron_fault(inner)
        case "rate":
            return _rate_fault(inner)
    return _at_fault(inner)


def _rate_fault(text: str) -> str:
    found = _RATE.fullmatch(text)
    if not found:
        return f"rate({text}) is not a rate; write rate(1 day), rate(12 hours) or rate(30 minutes)"
    if (found["value"] == "1") == bool(found["plural"]):
        right = f"rate({found['value']} {found['unit']}{'' if found['plural'] else 's'})"
        return f"rate({text}) is written {right}"
    return ""


def _at_fault(text: str) -> str:
    try:
        if re.fullmatch(r"[0-9-]{10}T[0-9:]{8}", text):
            datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007  # the schedule has a time zone of its own
            return ""
    except ValueError:
        pass
    return f"at({text}) is not a point in time; write at(2027-01-31T03:00:00)"


def _cron_fault(text: str) -> str:
    parts = text.split()
    if len(parts) != len(_FIELDS):
        names = " ".join(field.name for field in _FIELDS)
        return f"cron({text}) has {len(parts)} fields; AWS wants six: {names}"
    for field, part in zip(_FIELDS, parts, strict=True):
        for item in part.split(","):
            if reason := _item_fault(field, item):
                return reason
    day, weekday = parts[2], parts[4]
    if (day == "?") == (weekday == "?"):
        return f"cron({text}): one of day-of-month and day-of-week must be ?, and the other not"
    return ""


def _item_fault(field: _Field, item: str) -> str:
    if re.fullmatch(field.special, item):
        return ""
    found = _PART.fullmatch(item)
    values = (
        [field.number(text) for text in (found["first"], found["last"]) if text not in (None, "*")] if found else []
    )
    if found is None or None in values or (found["first"] == "*" and found["last"]):
        words = f" or {field.words[0]}-{field.words[-1]}" if field.words else ""
        return f"{item} is not a value of {field.name}, {field.least}-{field.most}{words}"
    first, *last = [value for value in values if value is not None] or [field.least]
    if last and last[0] < first and field.name != "day-of-week":
        return f"{item} of {field.name} ends before it begins"
    if found["step"] is not None and not 1 <= int(found["step"]) <= field.most:
        return f"{item} of {field.name} has a step that is not 1 to {field.most}"
    return ""
