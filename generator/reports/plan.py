"""A plan for a person: what happens to which resource, and the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from generator.display import visible
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from generator.plans.plan import Plan, ResourceChange
    from generator.terraform import Planned

_LOOK: Final = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "replace": ("±", "magenta"),
    "delete": ("-", "red"),
    "forget": (".", "red"),
    "read": ("<", "cyan"),
    "no-op": (" ", "white"),
}
_COUNTED: Final = ("create", "update", "replace", "delete")


def plan_view(
    title: str, planned: Planned, nothing: str = "No changes: what is applied is what the modules say"
) -> Iterator[RenderableType]:
    """Show one environment's plan.

    Args:
        title: what stands above it.
        planned: the plan.
        nothing: what to say where nothing changes.
    """
    plan = planned.plan
    yield styled(title, bold=True)
    if not planned.has_changes:
        yield f"  {nothing}"
        return
    if plan.changes:
        yield _changes(plan)
    changed = sum(output.action != "no-op" for output in plan.outputs.values())
    yield f"  {count_line(plan)}" + (f"; {changed} of {len(plan.outputs)} outputs change" if changed else "")


def count_line(plan: Plan) -> str:
    """Count the changes in words: `Plan: 12 to create, 1 to update`."""
    return f"Plan: {count_words(plan.counts())}"


def count_words(counts: Mapping[Any, int]) -> str:
    """Say how many resources change, by action: `12 to create, 1 to update`."""
    parts = [f"{counts[action]} to {action}" for action in (*_COUNTED, "forget") if counts.get(action)]
    return ", ".join(parts) or "no resource changes"


def _changes(plan: Plan) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    for _ in range(3):
        table.add_column(overflow="fold")
    for change in plan.changes:
        sign, color = _LOOK[change.action]
        table.add_row(Text(f"  {sign} {change.action}", style=color), visible(change.address), _why(change))
    return table


def _why(change: ResourceChange) -> Text:
    if change.previous_address:
        return Text(f"moved from {visible(change.previous_address)}", style="dim")
    if change.replace_paths:
        paths = ", ".join(".".join(map(str, path)) for path in change.replace_paths)
        return Text(f"because of {visible(paths)}", style="dim")
    if change.action == "update":
        return Text(", ".join(_changed_keys(change)), style="dim")
    return Text("")


def _changed_keys(change: ResourceChange) -> list[str]:
    before, after = change.before or {}, change.after or {}
    unknown = {key for key, value in change.after_unknown.items() if value}
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    return sorted(changed | unknown)


def summary_table(plans: Mapping[str, Planned]) -> Table:
    """Count the changes of several environments, one line each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    table.add_column("environment")
    for action in _COUNTED:
        table.add_column(action, justify="right")
    for name, planned in plans.items():
        counts: Mapping[str, int] = {str(action): number for action, number in planned.plan.counts().items()}
        table.add_row(name, *(str(counts.get(action, 0)) for action in _COUNTED))
    return table


def as_data(name: str, planned: Planned) -> dict[str, object]:
    """Write a plan as JSON data; values are left out, since a plan may hold secrets."""
    plan = planned.plan
    return {
        "name": name,
        "has_changes": planned.has_changes,
        "counts": plan.counts(),
        "changes": [_change_data(change) for change in plan.changes],
        "outputs": {name: output.action for name, output in plan.outputs.items()},
        "warnings": warnings_of(planned),
        "terraform": plan.terraform_version,
        "seconds": round(planned.seconds, 2),
    }


def warnings_of(planned: Planned) -> Sequence[str]:
    """List what terraform warned of, each once."""
    return list(dict.fromkeys(str(item) for item in planned.diagnostics if not item.is_error))


def _change_data(change: ResourceChange) -> dict[str, object]:
    return {
        "address": change.address,
        "type": change.type,
        "action": change.action,
        "actions": list(change.actions),
        "changed": _changed_keys(change) if change.action in {"update", "replace"} else [],
        "replaced_because_of": [list(path) for path in change.replace_paths],
        "reason": change.reason,
        "previous_address": change.previous_address,
    }
