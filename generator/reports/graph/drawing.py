"""A drawing: boxes in columns, arrows between them, and what surrounds them all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """One box.

    Attributes:
        id: for arrows; unique in the drawing.
        title: its first line.
        detail: its second line, "" for none.
        kind: what it looks like: the name of a module, or of a class of environments.
        row: where it stands in its column; None to leave that to the column, which is then centred.
    """

    id: str
    title: str
    detail: str = ""
    kind: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """Boxes below one heading."""

    title: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another, by their ids."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole drawing.

    Attributes:
        title: what it shows.
        columns: from left to right; arrows go to the right.
        arrows: between boxes.
        around: what holds for all boxes: `in a VPC`.
    """

    title: str
    columns: tuple[Column, ...]
    arrows: tuple[Arrow, ...]
    around: tuple[str, ...] = ()
