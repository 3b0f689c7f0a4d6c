"""Plans of many environments for a person: each equal change once, and in what the others differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import plural, visible
from generator.operations.plan_groups import EXPLAINED
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.fleet.groups import Group

_NAMED: Final = 12
_SHOWN: Final = 8
_ACTIONS: Final = ("create", "update", "replace", "delete", "forget")


def group_lines(
    groups: Sequence[Group], because: Mapping[str, Sequence[str]], *, verbose: bool = False
) -> Iterator[str]:
    """Show groups of environments in which the same would happen.

    Args:
        groups: the largest first.
        because: keys of the spec in which the first environment of a group is not like the first of all.
        verbose: leave nothing out.
    """
    for number, group in enumerate(groups if verbose else groups[:EXPLAINED]):
        cap = None if verbose else _NAMED
        if number == 0:
            yield styled(f"Same in {named(group.environments, cap)}: {counted(group)}", bold=True)
            continue
        verb = "differs" if len(group.environments) == 1 else "differ"
        keys = because.get(group.environments[0], ())
        reason = f" because of {', '.join(keys[:_SHOWN])}" if keys else ""
        yield styled(f"{named(group.environments, cap)} {verb}{visible(reason)}: {counted(group)}", bold=True)
        shown = group.differs if verbose else group.differs[:_SHOWN]
        for item in shown:
            yield f"  {visible(str(item))}"
        if len(shown) < len(group.differs):
            yield f"  … and {plural(len(group.differs) - len(shown), 'difference')} more (-v shows all)"
    if not verbose and len(groups) > EXPLAINED:
        yield f"… and {len(groups) - EXPLAINED} groups more (-v shows all)"


def counted(group: Group) -> str:
    """Count the changes in one environment of a group in words."""
    counts = group.counts
    parts = [f"{counts[action]} to {action}" for action in _ACTIONS if counts.get(action)]
    return ", ".join(parts) or "no changes"


def named(names: Sequence[str], cap: int | None = None) -> str:
    """List environments, the first few by name."""
    shown = list(names if cap is None else names[:cap])
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    count = f"{len(names)} environments (" if len(names) > 1 else ""
    return f"{count}{', '.join(shown)}{more}" + (")" if count else "")


def groups_data(groups: Sequence[Group], because: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Write groups as JSON data."""
    return [
        {
            "environments": list(group.environments),
            "counts": group.counts,
            "because": list(because.get(group.environments[0], ())) if number else [],
            "differs": [
                {"address": item.address, "path": item.path, "left": item.left, "right": item.right}
                for item in group.differs
            ],
        }
        for number, group in enumerate(groups)
    ]
