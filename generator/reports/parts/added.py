"""What `part add`, `verify`, `diff` and `update`, and the commands on templates, came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.operations.parts.added import AddedPart
    from generator.operations.parts.overrides import Override


def added_report(parts: Sequence[AddedPart]) -> Report:
    """Say what was done for parts, or what is the matter with them."""
    data = [
        {
            "part": each.name,
            "version": each.version,
            "before": each.before,
            "state": each.state,
            "changed": list(each.changed),
            "conflicts": list(each.conflicts),
            "diff": list(each.diff),
        }
        for each in parts
    ]
    return Report({"ok": all(each.ok for each in parts), "parts": data}, list(_of_parts(parts)))


def _of_parts(parts: Sequence[AddedPart]) -> Iterator[Message]:
    for each in parts:
        was = f" (was {each.before})" if each.before and each.before != each.version else ""
        files = f": {', '.join(each.changed)}" if each.changed and each.state == "changed here" else ""
        yield Message("show", f"{each.name} {each.version}{was}: {each.state}{files}")
        yield from (Message("show", line) for line in each.diff)
        for file in each.conflicts:
            hint = "keep one of the versions, and remove the lines of <, | and >"
            yield Message("error", f"parts/{each.name}/{file}: the merge left a conflict", hint)
    if not parts:
        yield Message("done", "no part was added to this workspace")


def overrides_report(overrides: Sequence[Override]) -> Report:
    """Say which templates of ours a workspace replaces, and what became of them."""
    data = [
        {
            "template": each.name,
            "replaces": each.ours,
            "state": each.state,
            "conflicts": each.conflicts,
            "diff": list(each.diff),
        }
        for each in overrides
    ]
    return Report(
        {"ok": not any(each.conflicts for each in overrides), "templates": data}, list(_of_overrides(overrides))
    )


def _of_overrides(overrides: Sequence[Override]) -> Iterator[Message]:
    for each in overrides:
        yield Message("show", f"templates/{each.name}: {each.state}{_remedy(each)}")
        yield from (Message("show", line) for line in each.diff)
        if each.conflicts:
            hint = "keep one of the versions, and remove the lines of <, | and >"
            yield Message("error", f"templates/{each.name}: the merge left {each.conflicts} conflicts", hint)
    if not overrides:
        yield Message("done", "the workspace replaces no template of ours")


def _remedy(override: Override) -> str:
    if override.state == "stale":
        return "; run tfstencil templates upgrade"
    if override.state == "not recorded":
        return f"; tfstencil templates eject {override.ours} notes that it was made from ours of today"
    return ""
