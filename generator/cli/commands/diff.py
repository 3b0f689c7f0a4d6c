"""`tfstencil diff`: what differs between two environments, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.session import Session, one_environment, with_session
from generator.display import plural
from generator.explain.comparison import compare
from generator.explain.explain import explain
from generator.model.loading.load import load_environments
from generator.model.notation import text_of
from generator.reports.columns import Line, aligned, terminal_width
from generator.reports.specs.explanation import origin_text
from generator.reports.specs.explanation_data import origin_as_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.explain.comparison import Difference
    from generator.explain.explain import Explanation


@click.command(
    "diff",
    cls=Command,
    short_help="Show what differs between two environments, by meaning.",
    example="tfstencil diff staging prod",
)
@click.argument("left", metavar="ENV_A")
@click.argument("right", metavar="ENV_B")
@click.option("--all", "everything", is_flag=True, help="Also what differs only because names and accounts do.")
@click.option("--exit-code", is_flag=True, help="Exit code 1 where they differ, as git diff has it; else always 0.")
@with_session
def command(session: Session, left: str, right: str, *, everything: bool, exit_code: bool) -> int:
    """Show what differs between the environments ENV_A and ENV_B, each value with its origin.

    Values are compared after merging, by what they mean: 60m is 1h, and the order of keys does not matter. Values that
    both specs write alike, and that differ only through variables or computed names, are counted; --all shows them,
    and --exit-code does not count them as differences.
    """
    workspace = session.workspace()
    names = [one_environment(workspace, name) for name in (left, right)]
    loaded = {environment.name: environment for environment in load_environments(workspace, sorted(set(names)))}
    mine, theirs = (explain(workspace, loaded[name]) for name in names)
    found = compare(mine, theirs)
    own = [difference for difference in found if not difference.follows]
    console = session.console
    console.document(
        {
            "ok": True,
            "environments": names,
            "same": not own,
            "differences": [_as_data(difference) for difference in found],
        }
    )
    shown = found if everything else own
    for line in aligned(list(_lines(shown, (left, right))), terminal_width()):
        console.show(line)
    console.note(_summary(left, right, len(own), len(found) - len(own)))
    return 1 if exit_code and own else 0


def _summary(left: str, right: str, own: int, following: int) -> str:
    summary = f"{left} and {right}: {plural(own, 'difference') if own else 'no difference'}"
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
