"""The words that all outputs share: verdicts, headings, counts, values, differences as lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from generator.display import one_line
from generator.reports.plan.document import COUNTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.plans.comparable import Divergence
    from generator.plans.plan import Action
    from generator.reports.plan.document import Billed, Change, Environment
    from generator.reports.plan.values.difference import Difference, Origin, Statement, Value

OUTSIDE: Final = "Changed outside since the last apply"
KNOWN: Final = "Known, as drift.yaml says"
EXPIRED: Final = "Allowed once by drift.yaml, and not any more"
SIGNS: Final[Mapping[str, str]] = {
    "create": "+",
    "update": "~",
    "replace": "±",
    "delete": "-",
    "forget": ".",
    "read": "<",
    "no-op": ">",
    "import": "»",
}
# What has happened outside, and is not to be done.
PAST: Final[Mapping[Action, str]] = {
    "create": "is there again",
    "update": "changed",
    "replace": "replaced",
    "delete": "deleted",
    "forget": "forgotten",
    "read": "read",
    "no-op": "the same",
}
COUNTED_ACTIONS: Final = ("import", "create", "update", "replace", "delete", "forget")
_NOTHING: Final = "nothing"
_MINUTE: Final = 60
# What is over sooner, nobody plans a break for.
_NOTICED: Final = 5.0

Sign = Literal["+", "-", "~", "!", " "]
# A sign, and what stands behind it.
Line = tuple[Sign, str]


def count_words(counts: Mapping[str, int]) -> str:
    """Say how many resources change, by action: `12 to create, 1 to update`."""
    parts = [f"{counts[action]} to {action}" for action in COUNTED_ACTIONS if counts.get(action)]
    return ", ".join(parts) or "no resource changes"


def counted_words(environment: Environment) -> str:
    """Count what is not listed: `2 only moved, 3 with other tags only, 4 read during apply`; "" for nothing."""
    words = dict(zip(COUNTED, ("only moved", "with other tags only", "read during apply"), strict=True))
    found = [(len(environment.of_risk(risk)), word) for risk, word in words.items()]
    return ", ".join(f"{number} {word}" for number, word in found if number)


def output_words(environment: Environment, most: int | None = None) -> str:
    """Name the outputs that change: `2 of 6 outputs change: bucket (update), topic (create)`; "" for none.

    Args:
        environment: whose outputs they are.
        most: how many are named; None for all.
    """
    if not environment.outputs:
        return ""
    named = [f"{one_line(name)} ({action})" for name, action in environment.outputs.items()]
    shown = ", ".join(named[:most]) + (" …" if len(named) > len(named[:most]) else "")
    counted = f"{len(named)} of {environment.output_count} outputs change"
    # That all outputs of what is new are new goes without saying.
    return counted if environment.is_first or not shown else f"{counted}: {shown}"


def time_words(environment: Environment) -> str:
    """Say how long it may take, and why; "" where nobody knows."""
    timed = [change for change in environment.changes if change.seconds is not None]
    if environment.seconds is None or environment.seconds < _NOTICED or not timed:
        return ""
    slowest = max(timed, key=lambda change: change.seconds or 0.0)
    return f"about {seconds_words(environment.seconds)}: {slowest.type} took that long the last time"


def seconds_words(seconds: float) -> str:
    """Write a time: `55 s`, `2 min 5 s`."""
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, _MINUTE)
    return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"


def billed_words(billed: Sequence[Billed], sign: str) -> list[str]:
    """Say what joins the bill, or leaves it: `2 of Amazon CloudWatch: CW:AlarmMonitorUsage (Alarms)`."""
    counts: dict[str, int] = {}
    for each in billed:
        if each.sign == sign:
            text = f"{each.service}: {', '.join(each.units)}"
            counts[text] = counts.get(text, 0) + 1
    return [f"{number} of {text}" for text, number in counts.items()]


def side_text(side: object, longest: int | None) -> str:
    """Write one side of a comparison of two environments."""
    return _NOTHING if side is None else cut(data_text(side), longest)


def divergence_words(item: Divergence, longest: int | None = None) -> str:
    """Say in what two environments are not the same.

    Args:
        item: one thing.
        longest: the most characters of a value; None for all of it.
    """
    address = one_line(item.address)
    if not item.path:
        return f"{address}: {'is there' if item.left is None else 'is not there'}"
    return (
        f"{address}: {one_line(item.path)}: {side_text(item.right, longest)} instead of {side_text(item.left, longest)}"
    )


def value_text(value: Value, longest: int | None) -> str:
    """Write one side of a difference.

    Args:
        value: the side.
        longest: the most characters of a value; None for all of it.
    """
    match value.kind:
        case "absent":
            return _NOTHING
        case "sensitive":
            return "(sensitive)"
        case "unknown":
            return f"known after apply: {one_line(value.source)}" if value.source else "known after apply"
    return cut(data_text(value.data), longest)


def data_text(data: object) -> str:
    """Write JSON data for a reader: a text as it is, a block as its settings."""
    if isinstance(data, str):
        is_plain = data.strip() == data and data not in {"", _NOTHING, "true", "false", "null"}
        return one_line(data if is_plain else json.dumps(data, ensure_ascii=False))
    if isinstance(data, dict):
        return "{" + ", ".join(f"{one_line(str(key))}: {data_text(item)}" for key, item in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(data_text, data)) + "]"
    return json.dumps(data)


def cut(text: str, longest: int | None) -> str:
    """Cut a long text, and say how long it is."""
    if longest is None or len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text):,} characters)"


def difference_lines(difference: Difference, longest: int | None = None) -> Iterator[Line]:
    """Write a difference as lines, each with the sign that a diff has.

    Args:
        difference: one of a change.
        longest: the most characters of a value.
    """
    path = one_line(difference.path)
    if difference.statements:
        yield ("~", f"{path}:")
        for statement in difference.statements:
            yield from statement_lines(statement)
    elif difference.lines:
        yield ("~", f"{path}:")
        for line in difference.lines:
            sign: Sign = "+" if line[0] == "+" else "-" if line[0] == "-" else " "
            yield (sign, f"  {cut(one_line(line[1:]), longest)}")
    elif difference.added or difference.removed:
        yield ("~", f"{path}:")
        yield from (("-", f"  {cut(data_text(item), longest)}") for item in difference.removed)
        yield from (("+", f"  {cut(data_text(item), longest)}") for item in difference.added)
    else:
        yield _of_value(path, difference, longest)


def _of_value(path: str, difference: Difference, longest: int | None) -> Line:
    before, after = difference.before, difference.after
    if before.kind == "absent":
        return ("+", f"{path}: {_new_text(after, longest)}")
    if after.kind == "absent":
        return ("-", f"{path}: {value_text(before, longest)} → {_NOTHING}")
    if before.kind == after.kind == "sensitive":
        return ("~", f"{path}: (sensitive) → another (sensitive)")
    return ("~", f"{path}: {value_text(before, longest)} → {value_text(after, longest)}")


def _new_text(value: Value, longest: int | None) -> str:
    if value.kind == "known" and isinstance(value.data, dict):
        return cut(", ".join(f"{one_line(str(key))} = {data_text(item)}" for key, item in value.data.items()), longest)
    return value_text(value, longest)


def statement_lines(statement: Statement) -> Iterator[Line]:
    """Write what becomes of a statement of a policy."""
    name = f"{one_line(statement.sid)}: " if statement.sid else ""
    sign: Sign = "+" if statement.action == "added" else "-" if statement.action == "removed" else "~"
    yield (sign, f"  {name}{one_line(statement.words)}")
    for detail in statement.details:
        yield (sign, f"    {one_line(detail)}")


def origin_words(origins: Sequence[Origin], most: int | None = 1) -> str:
    """Name places of specs: `environments/prod-1.yaml:3:5, and 59 more`; "" for none.

    Args:
        origins: each place once.
        most: how many of them are named; None for all.
    """
    places = list(dict.fromkeys(each.place for each in origins))
    shown = ", ".join(places[:most])
    left = len(places) - len(places[:most])
    return f"{shown}, and {left} more" if left else shown


def action_word(change: Change, *, is_past: bool = False) -> str:
    """Say in a word what happens to a resource, or has happened to it past Terraform."""
    if is_past or change.action != "no-op":
        return PAST[change.action] if is_past else change.action
    return "import" if change.import_id else "move"


def reason_words(change: Change) -> str:
    """Say why a resource is replaced, moved or deleted; "" where there is nothing to say."""
    if change.deposed:
        # A replacement that was interrupted left it behind.
        return f"an object that a replacement left behind ({one_line(change.deposed)})"
    if change.action == "replace":
        paths = ", ".join(".".join(map(str, path)) for path in change.replaced_because_of)
        return f"because of {one_line(paths)}" if paths else change.reason.replace("_", " ")
    if change.import_id:
        return f"taken over by its ID {one_line(change.import_id)}"
    if change.previous_address:
        return f"moved from {one_line(change.previous_address)}"
    return change.reason.replace("_", " ") if change.action in {"delete", "forget"} else ""


def told(at: datetime) -> str:
    """Say when a state was refreshed: `last refreshed at 2026-11-24 13:05:12 UTC, 12 minutes ago`."""
    minutes = int((datetime.now(UTC) - at).total_seconds() // 60)
    ago = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004  # an hour
    return f"last refreshed at {at:%Y-%m-%d %H:%M:%S} UTC, {ago if minutes else 'less than a minute'} ago"
