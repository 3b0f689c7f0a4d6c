"""How often an expression of EventBridge starts something, so that two of them can be compared."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from generator.aws.cron import expression_fault

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES: Final = {"minute": 1, "hour": 60, "day": 24 * 60}
_YEAR: Final = 366 * 24 * 60
# A leap year, so that the 29th of February counts as a day that comes.
_FIRST: Final = date(2028, 1, 1)
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_YEARS: Final = range(2028, 2200)


def starts_in_a_year(expression: str) -> float:
    """Return how often an expression starts something in a year; 0 for once, for never, and for what is none."""
    found = _RATE.fullmatch(expression)
    if found:
        return _YEAR / (int(found[1]) * _MINUTES[found[2]])
    if not expression.startswith("cron(") or expression_fault(expression):
        return 0
    minutes, hours, day, month, weekday, year = expression.removeprefix("cron(").removesuffix(")").split()
    times = len(_values(minutes, range(60))) * len(_values(hours, range(24)))
    years = len(_values(year, _YEARS)) / len(_YEARS)
    months = _values(month, range(1, 13), _MONTHS)
    if re.search("[LW#]", day) or re.search("L|#", weekday):
        # One day of each month: the last one, the second Monday.
        return times * len(months) * years
    days, weekdays = _values(day, range(1, 32)), _values(weekday, range(1, 8), _DAYS)
    dates = (_FIRST + timedelta(number) for number in range(366))
    return (
        times
        * years
        * sum(each.month in months and each.day in days and each.isoweekday() % 7 + 1 in weekdays for each in dates)
    )


def _values(text: str, among: range, words: tuple[str, ...] = ()) -> set[int]:
    found: set[int] = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        begin = among.start if first in {"*", "?"} else _number(first, among, words)
        end = _number(last, among, words) if last else among.stop - 1 if step or first in {"*", "?"} else begin
        # Friday to Monday goes round the end of the week.
        listed = [*range(begin, among.stop), *range(among.start, end + 1)] if end < begin else range(begin, end + 1)
        found |= set(listed[:: int(step or 1)])
    return found & set(among)


def _number(text: str, among: range, words: tuple[str, ...]) -> int:
    return among.start + words.index(text) if text in words else int(text)
