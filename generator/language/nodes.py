"""A value of a spec together with the place where a person wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from generator.problems import Place, Problem
from generator.secret_text.values import hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_EXCERPT: Final = 400
# Longer than the tokens of vendors are.
_SECRET_LENGTH: Final = 512
_BEFORE: Final = 100

Value: TypeAlias = "dict[str, Node] | list[Node] | str | int | bool | None"


class SpecText:
    """A text that values come from.

    Attributes:
        display: its file as a person would type it.
        layer: what it is among the layers of an environment: its file, `class prod`, `environment name`.
        text: what it says, decoded.
    """

    __slots__ = ("_lines", "display", "layer", "text")

    def __init__(self, display: str, text: str = "", layer: str = "") -> None:
        self.display = display
        self.layer = layer or display
        self.text = text
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines, without their ends; split when they are first asked for."""
        if self._lines is None:
            self._lines = self.text.replace("\r\n", "\n").split("\n")
        return self._lines

    def excerpt(self, line: int, column: int = 1) -> str:
        """Return a line for showing, from `excerpt_column` on, or "" where there is no such line.

        Control and invisible characters are replaced one by one, so that a caret under the column still fits.
        """
        if not 1 <= line <= len(self.lines):
            return ""
        start = excerpt_column(column) - 1
        # Secrets are hidden before the line is cut: nobody knows half of one for what it is.
        begin = max(start - _SECRET_LENGTH, 0)
        around = hidden(self.lines[line - 1][begin : start + _LONGEST_EXCERPT + _SECRET_LENGTH])
        text = around[start - begin : start - begin + _LONGEST_EXCERPT].rstrip()
        return "".join(
            char if char.isprintable() else " " if char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in text
        )

    def problem(  # noqa: PLR0913  # a problem says everything: place, key, message, remedy, rule
        self, line: int, column: int, key: str, message: str, *, hint: str = "", rule: str = "spec"
    ) -> Problem:
        """Return a problem at a position of this text, with its line as excerpt."""
        if line > len(self.lines):  # libyaml counts a line after the last one, even where no line end asks for it
            line, column = len(self.lines), len(self.lines[-1]) + 1
        place, excerpt = Place(self.display, line, column), self.excerpt(line, column)
        return Problem(place, key, message, hint, excerpt, rule, excerpt_column=excerpt_column(column))


def excerpt_column(column: int) -> int:
    """Return the column from which a line is shown so that `column` is seen: the first, but for very long lines."""
    return 1 if column <= _LONGEST_EXCERPT else column - _BEFORE


class Node:
    """One value: what it is, where it stands, and what it replaced.

    Nodes are shared between environments; nobody changes one after it was made.

    Attributes:
        value: a mapping or list of nodes, or a scalar.
        source: the text that it stands in.
        line: 1-based line of the value.
        column: 1-based column of the value, in characters.
        key_line: line of its key; 0 for the root and for items of lists.
        key_column: column of its key; 0 likewise.
        operator: `+` or `=` where its key was written with it, else "".
        overrides: the node that it replaced in a lower layer, which may have replaced another.
    """

    __slots__ = ("column", "key_column", "key_line", "line", "operator", "overrides", "source", "value")

    def __init__(  # noqa: PLR0913, PLR0917  # made a hundred thousand times: positions come flat, and by position
        self,
        value: Value,
        source: SpecText,
        line: int = 1,
        column: int = 1,
        key_line: int = 0,
        key_column: int = 0,
        operator: str = "",
        overrides: Node | None = None,
    ) -> None:
        self.value = value
        self.source = source
        self.line = line
        self.column = column
        self.key_line = key_line
        self.key_column = key_column
        self.operator = operator
        self.overrides = overrides

    def __repr__(self) -> str:
        return f"Node({plain(self)!r}, {self.place})"

    @property
    def layer(self) -> str:
        """What its text is among the layers of an environment."""
        return self.source.layer

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return Place(self.source.display, self.line, self.column)

    @property
    def key_place(self) -> Place:
        """Where its key stands; the value's own place where it has no key."""
        return Place(self.source.display, self.key_line, self.key_column) if self.key_line else self.place

    def copy(self, value: Value, overrides: Node | None = None) -> Node:
        """Return a node at the same place with another value, merged (without an operator)."""
        return Node(
            value, self.source, self.line, self.column, self.key_line, self.key_column, operator="", overrides=overrides
        )

    def problem(self, key: str, message: str, *, hint: str = "", rule: str = "spec", at_key: bool = False) -> Problem:
        """Return a problem at this value, or at its key, with the source line as excerpt.

        Args:
            key: dotted path of the value, see `dotted`.
            message: what is wrong, without a full stop.
            hint: what to do about it.
            rule: identifier for machine-readable output.
            at_key: whether the key is meant and not the value.
        """
        place = self.key_place if at_key else self.place
        return self.source.problem(place.line, place.column, key, message, hint=hint, rule=rule)


class Gap(Node):
    """Stands in a list for an item that was refused, so that the items after it keep their numbers."""

    __slots__ = ()


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as people do: `builds.main.timeout`, `notifications.email[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def plain(node: Node) -> object:
    """Return the plain Python value of a node and all below it."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return value


def mapping(node: Node) -> dict[str, Node]:
    """Return the entries of a node that is a mapping; none of one that is something else."""
    return node.value if isinstance(node.value, dict) else {}


def find(node: Node, path: Sequence[str | int]) -> Node | None:
    """Return the node at `path` below `node`; None where there is none."""
    current = node
    for part in path:
        value = current.value
        below: Node | None = None
        if isinstance(value, dict) and isinstance(part, str):
            below = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
            below = value[part]
        if below is None:
            return None
        current = below
    return current
