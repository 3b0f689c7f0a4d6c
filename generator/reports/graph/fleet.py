"""The drawing of all environments: a stack per row, its environments from dev to prod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.graph.drawing import Arrow, Box, Column, Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model.loading.load import Environment

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
    boxes: dict[str, list[Box]] = {name: [] for name in ("stack", *_CLASSES)}
    arrows: list[Arrow] = []
    row = 0
    for name, its in stacks.items():
        boxes["stack"].append(Box(f"stack {name}", name, plural(len(its), "environment"), "stack", row))
        tallest = 1
        for environment_class in _CLASSES:
            found = list(_of_class(name, its, environment_class, row))
            boxes[environment_class] += found
            tallest = max(tallest, len(found))
        arrows += _rollout(name, its)
        row += tallest
    columns = [Column(title, tuple(found)) for title, found in boxes.items()]
    known = {box.id for column in columns for box in column.boxes}
    drawn = tuple(each for each in arrows if {each.start, each.end} <= known)
    count = plural(len(environments), "environment")
    title = f"{count} of {plural(len(stacks), 'stack')}"
    return Drawing(title, tuple(column for column in columns if column.boxes), drawn)


def _of_class(stack: str, environments: Sequence[Environment], wanted: str, row: int) -> Iterator[Box]:
    own = [each for each in environments if each.spec.environment_class == wanted]
    for number, each in enumerate(own[:_MOST]):
        detail = f"{each.spec.account}, {each.spec.region}"
        yield Box(f"environment {each.name}", each.name, detail, wanted, row + number)
    if len(own) > _MOST:
        yield Box(f"more {stack} {wanted}", f"{len(own) - _MOST} more", "", wanted, row + _MOST)


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
