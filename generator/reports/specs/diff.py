"""Differences between two environments: by top-level key, both sides below each key, with the origin on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import plural
from generator.model.notation import text_of
from generator.reports.columns import Line, aligned, terminal_width
from generator.reports.report import Message, Report
from generator.reports.specs.explanation import origin_text
from generator.reports.specs.explanation_data import origin_as_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.explain.comparison import Difference
    from generator.explain.explain import Explanation
    from generator.operations.specs.diff import DiffResult


def diff_report(result: DiffResult, *, everything: bool) -> Report:
    """Show what differs.

    Args:
        result: of a diff.
        everything: also what differs only because names and accounts do.
    """
    document = {
        "ok": True,
        "environments": list(result.names),
        "same": not result.own,
        "differences": [_as_data(difference) for difference in result.differences],
    }
    return Report(document, _messages(result, result.differences if everything else result.own))


def _messages(result: DiffResult, shown: Sequence[Difference]) -> Iterator[Message]:
    for line in aligned(list(_lines(shown, result.names)), terminal_width()):
        yield Message("show", line)
    yield Message("note", _summary(result))


def _summary(result: DiffResult) -> str:
    own = len(result.own)
    following = len(result.differences) - own
    summary = f"{' and '.join(result.names)}: {plural(own, 'difference') if own else 'no difference'}"
    if following:
        summary += f"; {plural(following, 'value')} more {'follows' if following == 1 else 'follow'} from them (--all)"
    return summary


def _lines(differences: Sequence[Difference], names: tuple[str, str]) -> Iterator[Line]:
    """Group by top-level key; below each key both sides, with the origin on the right."""
    wide = max(map(len, names))
    section = ""
    for difference in differences:
        if difference.section != section:
            section = difference.section
            yield Line(section)
        below = difference.key.removeprefix(section).removeprefix(".")
        if below:
            yield Line(f"  {below}", "(follows)" if difference.follows else "", dim=difference.follows)
        for name, side in zip(names, (difference.left, difference.right), strict=True):
            yield _side(name.ljust(wide), side)


def _side(name: str, side: Explanation | None) -> Line:
    if side is None:
        return Line(f"    {name}", "none", "", dim=True)
    return Line(f"    {name}", text_of(_without_nulls(side.value)), origin_text(side.origin), color="yellow")


def _without_nulls(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _without_nulls(item) for key, item in value.items() if item is not None}


def _as_data(difference: Difference) -> dict[str, object]:
    sides = {"left": difference.left, "right": difference.right}
    return {
        "key": difference.key,
        "section": difference.section,
        "follows": difference.follows,
        **{name: _side_as_data(side) if side else None for name, side in sides.items()},
    }


def _side_as_data(side: Explanation) -> dict[str, object]:
    return {"value": side.value, "typed": side.typed, "origin": origin_as_data(side.origin)}
