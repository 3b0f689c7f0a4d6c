"""The drawing of all environments: a stack per row, its environments from dev to prod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.graph.drawing import Arrow, Box, Column, Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.spec.environment import Environment

_CLASSES: Final = ("dev", "staging", "prod")
_MOST: Final = 6


def fleet_drawing(environments: Sequence[Environment]) -> Drawing:
    """Draw all environments of a workspace.

    Args:
        environments: to be drawn.
    """
    stacks: dict[str, list[Environment]] = {}
    for each in environments:
        stacks.setdefault(each.spec.stack, []).append(each)
    left = tuple(Box(f"stack {name}", name, plural(len(its), "environment"), "stack") for name, its in stacks.items())
    columns = [Column("stack", left)]
    arrows: list[Arrow] = []
    for environment_class in _CLASSES:
        boxes: list[Box] = []
        for name, its in stacks.items():
            own = [each for each in its if each.spec.environment_class == environment_class]
            boxes += [
                Box(
                    f"environment {each.name}", each.name, f"{each.spec.account}, {each.spec.region}", environment_class
                )
                for each in own[:_MOST]
            ]
            if len(own) > _MOST:
                boxes.append(Box(f"more {name} {environment_class}", f"{len(own) - _MOST} more", "", environment_class))
        columns.append(Column(environment_class, tuple(boxes)))
    for name, its in stacks.items():
        arrows += _rollout(name, its)
    known = {box.id for column in columns for box in column.boxes}
    drawn = tuple(each for each in arrows if {each.start, each.end} <= known)
    count = plural(len(environments), "environment")
    title = f"{count} of {plural(len(stacks), 'stack')}"
    return Drawing(title, tuple(column for column in columns if column.boxes), drawn)


def _rollout(stack: str, environments: Sequence[Environment]) -> list[Arrow]:
    """Lead from the stack to its first class, and from each class to the next that there is."""
    arrows: list[Arrow] = []
    before = [f"stack {stack}"]
    for environment_class in _CLASSES:
        own = [each.name for each in environments if each.spec.environment_class == environment_class]
        ids = [f"environment {name}" for name in own[:_MOST]]
        ids += [f"more {stack} {environment_class}"] if len(own) > _MOST else []
        # Many to many is a thicket: the first of one class stands for all of it.
        arrows += [Arrow(before[0], each) for each in ids]
        before = ids or before
    return arrows
